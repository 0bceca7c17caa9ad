"""How does each platform sign? Written from its documents, apart from the product's own code.

Every function takes the parameters that are signed and the application's secret.
"""

import hashlib
import hmac
from collections.abc import Mapping

DOUYIN_SIGNED = ("app_key", "method", "param_json", "timestamp", "v")


def joined(params: Mapping[str, str]) -> str:
    """Return keys and values one after the other, sorted by key as ASCII."""
    return "".join(f"{key}{params[key]}" for key in sorted(params))


def wrapped_md5(params: Mapping[str, str], secret: str) -> str:
    """Return the upper-case MD5 with the secret at both ends (Taobao, JD, Pinduoduo)."""
    text = f"{secret}{joined(params)}{secret}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


def taobao(params: Mapping[str, str], secret: str, sign_method: str = "") -> str:
    """Return Taobao's signature: by MD5, or by an HMAC of the text that is not wrapped.

    Parameters without a name or a value are left out; `sign_method` is what `params` say unless
    it is given.
    """
    signed = {key: value for key, value in params.items() if key and value and key != "sign"}
    method = sign_method or signed.get("sign_method", "md5")
    if method in ("hmac", "hmac-sha256"):
        digest = "md5" if method == "hmac" else "sha256"
        return hmac.new(secret.encode(), joined(signed).encode(), digest).hexdigest().upper()
    return wrapped_md5(signed, secret)


def jd(params: Mapping[str, str], secret: str) -> str:
    """Return JD's signature over all system parameters."""
    return wrapped_md5({key: value for key, value in params.items() if key != "sign"}, secret)


def pinduoduo(params: Mapping[str, str], secret: str) -> str:
    """Return Pinduoduo's signature; empty values are left out, a zero is not."""
    signed = {key: value for key, value in params.items() if key != "sign" and value != ""}
    return wrapped_md5(signed, secret)


def douyin(params: Mapping[str, str], secret: str, sign_method: str = "hmac-sha256") -> str:
    """Return Douyin's signature: five parameters, wrapped, and an HMAC unless MD5 is asked for."""
    signed = {key: params.get(key, "") for key in DOUYIN_SIGNED}
    text = f"{secret}{joined(signed)}{secret}".encode()
    if sign_method == "md5":
        return hashlib.md5(text, usedforsecurity=False).hexdigest()
    return hmac.new(secret.encode(), text, "sha256").hexdigest()


def douyin_event(app_key: str, body: bytes, secret: str) -> str:
    """Return the header `event-sign` of a push."""
    text = app_key.encode() + body + secret.encode()
    return hashlib.md5(text, usedforsecurity=False).hexdigest()
