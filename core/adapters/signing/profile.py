"""What has to be said about a signature so that nobody needs to program it?"""

from dataclasses import dataclass, field
from typing import Literal

from core.domain.setting import one_of, refuse, time_zone


@dataclass(frozen=True, slots=True)
class SignedText:
    """Which parameters are signed, and how they become one text.

    Attributes:
        keys: The signed parameters, in this order where `order` is "listed"; empty: all.
        without: Parameters that are never signed: the signature itself.
        order: "by_name" sorts by the bytes of the names, so digits come before letters.
        names: Whether the names are part of the text, or the values alone.
        key_value: What stands between a name and its value.
        pairs: What stands between two parameters.
        drop_empty: Leave parameters out that have no name or no value; "0" is a value.
        before: Put in front; `{secret}` and other names in braces are filled in.
        after: Put behind, likewise.
    """

    keys: tuple[str, ...] = ()
    without: tuple[str, ...] = ("sign",)
    order: Literal["by_name", "listed"] = "by_name"
    names: bool = True
    key_value: str = ""
    pairs: str = ""
    drop_empty: bool = False
    before: str = ""
    after: str = ""

    def __post_init__(self) -> None:
        refuse(one_of("order", self.order, ("by_name", "listed" if self.keys else "by_name")))


@dataclass(frozen=True, slots=True)
class Digest:
    """What is computed over the text; `key` is the template of an HMAC's key."""

    name: Literal["md5", "sha1", "sha256", "hmac-md5", "hmac-sha1", "hmac-sha256"] = "md5"
    key: str = "{secret}"


@dataclass(frozen=True, slots=True)
class SignatureForm:
    """How the digest is written down and where in the request it stands.

    Attributes:
        encoding: "hex" or "base64", of the digest's bytes.
        case: The case of hex digits.
        then: A second encoding, of that text: "base64" or "url" (percent signs); empty: none.
        prefix: Put in front at last, e.g. "sha256=".
        name: The parameter or header that carries the signature.
        place: Where that is: among the other parameters, in the query, in a header, or nowhere
            (the caller puts it somewhere itself).
    """

    encoding: Literal["hex", "base64"] = "hex"
    case: Literal["lower", "upper"] = "lower"
    then: Literal["", "base64", "url"] = ""
    prefix: str = ""
    name: str = "sign"
    place: Literal["rest", "query", "header", "nowhere"] = "rest"


@dataclass(frozen=True, slots=True)
class Timestamp:
    """The parameter that says when a request was signed; no `name`: there is none.

    Attributes:
        name: The parameter (or header) that carries it.
        kind: UNIX seconds, UNIX milliseconds, or a text in `format` (strftime's) at `zone`.
        tolerance_s: How far from now a received one may be, in seconds; 0: not looked at.
    """

    name: str = ""
    kind: Literal["s", "ms", "text"] = "s"
    format: str = "%Y-%m-%d %H:%M:%S"
    zone: str = "Asia/Shanghai"
    tolerance_s: int = 0

    def __post_init__(self) -> None:
        refuse(time_zone("zone", self.zone))


@dataclass(frozen=True, slots=True)
class Placing:
    """What every request carries, and where its parameters are put.

    Attributes:
        constants: Parameters that never change, e.g. v = "2.0".
        credentials: Parameter → the name of the secret that it carries.
        rest: Where parameters go that are named nowhere below.
        query: Parameters that go into the address.
        headers: Parameters that go into headers.
        body: The signed parameter that stands for the request's body (the business values as
            JSON); empty: a body is not signed.
        body_as: "body" sends it as the body, "rest" as a parameter like any other.
        content_type: The media type of a body.
    """

    constants: dict[str, str] = field(default_factory=dict)
    credentials: dict[str, str] = field(default_factory=dict)
    rest: Literal["form", "query", "json"] = "form"
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    body: str = ""
    body_as: Literal["body", "rest"] = "body"
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Profile:
    """One way of signing, whole.

    Attributes:
        platform: Whose it is; the platform's own name means its `usual` profile.
        algorithm: Its name in protocol papers; understood like the profile's own.
        sign_method: What the platform calls this way in a request's `sign_method`.
        usual: Whether this is the way to take where nothing else is said.
    """

    platform: str = ""
    algorithm: str = ""
    sign_method: str = ""
    usual: bool = False
    signed: SignedText = field(default_factory=SignedText)
    digest: Digest = field(default_factory=Digest)
    signature: SignatureForm = field(default_factory=SignatureForm)
    timestamp: Timestamp = field(default_factory=Timestamp)
    request: Placing = field(default_factory=Placing)
