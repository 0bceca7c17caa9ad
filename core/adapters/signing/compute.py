"""How do parameters and a secret become a signature? A profile, compiled to one function."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from core.adapters.signing.profile import Profile, SignatureForm
from core.domain.errors import BadInput
from core.domain.secret import Secret

_NAME = re.compile(r"\{(\w+)\}")


class Computation:
    """Computes the signatures of one profile."""

    def __init__(self, profile: Profile) -> None:
        self._signed = profile.signed
        self._body = profile.request.body
        self._kind = profile.digest.name
        self._key = profile.digest.key
        self._write = _writer(profile.signature)

    def __call__(
        self, params: Mapping[str, str], body: bytes, secrets: Mapping[str, Secret]
    ) -> str:
        """Return the signature of `params` and `body`.

        Raises BadInput if a parameter or a secret that has to be signed is missing.
        """
        known = dict(params)
        signed = self._signed
        between = signed.pairs.encode()
        message = b"".join(
            (
                _filled(signed.before, known, secrets),
                between.join(self._pieces(known, body)),
                _filled(signed.after, known, secrets),
            )
        )
        if self._kind.startswith("hmac-"):
            key = _filled(self._key, known, secrets)
            return self._write(hmac.digest(key, message, self._kind[5:]))
        return self._write(hashlib.new(self._kind, message, usedforsecurity=False).digest())

    def _pieces(self, params: Mapping[str, str], body: bytes) -> list[bytes]:
        """Return what is signed of each parameter, in order."""
        signed, equals = self._signed, self._signed.key_value.encode()
        values = {name: _bytes(value) for name, value in params.items()}
        if self._body and (body or (self._body in signed.keys and self._body not in values)):
            values[self._body] = body
        if missing := [name for name in signed.keys if name not in values]:
            listed = ", ".join(missing)
            raise BadInput(
                f"签名缺少参数：{listed}。", f"Parameters to sign are missing: {listed}."
            )
        chosen = [name for name in signed.keys or values if name not in signed.without]
        if signed.order == "by_name":
            chosen.sort()  # by code point, which is the order of the bytes in UTF-8
        if signed.drop_empty:
            chosen = [name for name in chosen if name and values[name]]
        if not signed.names:
            return [values[name] for name in chosen]
        return [_bytes(name) + equals + values[name] for name in chosen]


def _filled(template: str, params: Mapping[str, str], secrets: Mapping[str, Secret]) -> bytes:
    """Fill the names in braces: secrets first, then parameters."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in secrets:
            return secrets[name].reveal()
        if name in params:
            return params[name]
        raise BadInput(f"签名缺少“{name}”。", f"{name!r} is missing for the signature.")

    return _bytes(_NAME.sub(value, template))


def _bytes(text: str) -> bytes:
    """Return UTF-8; what a stranger made up (half a surrogate pair) is a wrong text, no error."""
    return text.encode("utf-8", "surrogatepass")


def _writer(form: SignatureForm) -> Callable[[bytes], str]:
    """Return what writes a digest down."""

    def write(digest: bytes) -> str:
        if form.encoding == "hex":
            text = digest.hex()
            text = text.upper() if form.case == "upper" else text
        else:
            text = base64.b64encode(digest).decode()
        if form.then == "base64":
            text = base64.b64encode(text.encode()).decode()
        elif form.then == "url":
            text = quote(text, safe="")
        return form.prefix + text

    return write
