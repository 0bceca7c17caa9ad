"""S31: is a server believed only if somebody we trust vouches for its name?"""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.domain.errors import Temporary
from core.http.guard import Guard
from core.http.values import Request
from tests.http.server import answer, http, raw

BEGINS = datetime(2020, 1, 1, tzinfo=UTC)
NAMES = x509.SubjectAlternativeName(
    [x509.DNSName("shop.example"), x509.IPAddress(IPv4Address("127.0.0.1"))]
)


def _certificate(folder: Path, *, ends: datetime | None = None) -> tuple[ssl.SSLContext, Path]:
    """Return what a server proves itself with, and the file of its own certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(ends or BEGINS + timedelta(days=365 * 80))
        .add_extension(NAMES, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "server.pem", folder / "server.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, secret)
    return context, certificate


async def test_S31_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    """A self-signed server is not asked: it never sees the request."""
    context, _ = _certificate(tmp_path)
    async with raw(answer(), context) as server:
        client = server.client()
        with pytest.raises(Temporary, match="CERTIFICATE_VERIFY_FAILED"):
            await client.send(Request("POST", server.url, form={"session": "token"}))
        assert server.asked == []
        await client.close()


async def test_S31_a_certificate_that_is_trusted_is_taken(tmp_path: Path) -> None:
    """The control: the same server is asked once its certificate is among the trusted ones."""
    context, file = _certificate(tmp_path)
    async with raw(answer(b"ok"), context) as server:
        client = server.client(trust=ssl.create_default_context(cafile=file))
        assert (await client.send(Request("GET", server.url))).body == b"ok"
        await client.close()


async def test_S31_the_name_in_the_address_has_to_be_proved(tmp_path: Path) -> None:
    """The connection goes to a looked-up address, the certificate has to fit the name."""

    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    context, file = _certificate(tmp_path)
    async with raw(answer(b"ok"), context) as server:
        names = [f"{name}.example:{server.port}" for name in ("shop", "bank")]
        trust = ssl.create_default_context(cafile=file)
        client = http(Guard(names, resolve=here), trust=trust)
        good = await client.send(Request("GET", f"https://{names[0]}/"))
        with pytest.raises(Temporary, match="CERTIFICATE_VERIFY_FAILED"):
            await client.send(Request("GET", f"https://{names[1]}/"))
        assert (good.body, len(server.asked)) == (b"ok", 1)
        await client.close()


async def test_S31_a_certificate_that_is_over_is_refused(tmp_path: Path) -> None:
    """Trusted once, and out of date."""
    context, file = _certificate(tmp_path, ends=BEGINS + timedelta(days=1))
    async with raw(answer(), context) as server:
        client = server.client(trust=ssl.create_default_context(cafile=file))
        with pytest.raises(Temporary, match="CERTIFICATE_VERIFY_FAILED"):
            await client.send(Request("GET", server.url))
        await client.close()
