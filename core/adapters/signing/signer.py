"""What is the signature of these parameters, and is a received one right?"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.adapters.signing import stamp
from core.adapters.signing.compute import Computation
from core.adapters.signing.plain import json_text, texts
from core.adapters.signing.profile import Profile
from core.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class Signed:
    """A request's parts, ready to send; `signature` is among them and also by itself.

    None of it is shown in a `repr`: it holds keys, tokens and buyers' data.
    """

    query: dict[str, str] = field(default_factory=dict, repr=False)
    form: dict[str, str] = field(default_factory=dict, repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    signature: str = field(default="", repr=False)


class Verdict(StrEnum):
    """What became of checking a received request."""

    GOOD = "good"
    UNSIGNED = "unsigned"
    FORGED = "forged"
    STALE = "stale"


class Signer:
    """Signs requests of one account, and checks those that a platform sends us.

    Args:
        profile: How it is done.
        secrets: The account's secrets by name: `secret`, and what the profile's credentials name.
    """

    def __init__(self, profile: Profile, secrets: Mapping[str, Secret]) -> None:
        self.profile = profile
        self._secrets = secrets
        self._compute = Computation(profile)

    def pack(self, business: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
        """Return business values as (parameters, body): whichever the profile sends.

        Values may be nested; None is left out.
        """
        if not self.profile.request.body:
            return texts(business), b""
        given = {name: value for name, value in business.items() if value is not None}
        return {}, json_text(given).encode()

    def sign(self, params: Mapping[str, str], body: bytes, now_ms: int) -> Signed:
        """Return the request with what the profile adds: constants, credentials, time, signature.

        Args:
            params: The request's own parameters; they win over the profile's.
            body: The body's exact bytes, empty if there is none.
            now_ms: The time now, UTC milliseconds.
        """
        every = self.profile.request.constants | self._carried() | dict(params)
        when = self.profile.timestamp
        if when.name:
            every.setdefault(when.name, stamp.write(when, now_ms))
        signature = self._compute(every, body, self._secrets)
        return self._placed(every, body, signature)

    def signature(self, params: Mapping[str, str], body: bytes = b"") -> str:
        """Return the signature of exactly these parameters; nothing is added."""
        return self._compute(params, body, self._secrets)

    def verify(self, params: Mapping[str, str], body: bytes, signature: str) -> bool:
        """Tell whether `signature` is right, in a time that does not depend on where it differs.

        Args:
            params: All parameters as they came, system parameters too.
            body: The body as it came, byte for byte.
            signature: As it came.
        """
        right = self._compute(params, body, self._secrets)
        return hmac.compare_digest(right.encode(), signature.encode("utf-8", "surrogatepass"))

    def check(
        self, params: Mapping[str, str], headers: Mapping[str, str], body: bytes, now_ms: int
    ) -> Verdict:
        """Judge a request that came in; a credential that we know is ours, whatever it says.

        Args:
            params: Its query and form parameters.
            headers: Its headers, names in any case.
            body: Its body, byte for byte.
            now_ms: The time now, UTC milliseconds.
        """
        lower = {name.lower(): value for name, value in headers.items()}
        names = self.profile.request.headers
        found = {name: lower[name.lower()] for name in names if name.lower() in lower}
        every = dict(params) | found | self._carried()
        form = self.profile.signature
        given = lower.get(form.name.lower()) if form.place == "header" else params.get(form.name)
        when = self.profile.timestamp
        if not given or (when.name and when.name not in every):
            return Verdict.UNSIGNED
        if not self.verify(every, body, given):
            return Verdict.FORGED
        return Verdict.GOOD if stamp.fresh(when, every, now_ms) else Verdict.STALE

    def _carried(self) -> dict[str, str]:
        """Return the credentials that every request carries, as far as we have them."""
        return {
            name: self._secrets[secret].reveal()
            for name, secret in self.profile.request.credentials.items()
            if self._secrets.get(secret)
        }

    def _placed(self, every: Mapping[str, str], body: bytes, signature: str) -> Signed:
        request, form = self.profile.request, self.profile.signature
        query = {name: every[name] for name in request.query if name in every}
        headers = {name: every[name] for name in request.headers if name in every}
        rest = {
            name: value
            for name, value in every.items()
            if name not in query and name not in headers
        }
        if body and request.body_as == "rest":
            rest[request.body] = body.decode()
        where = {"query": query, "header": headers, "rest": rest}.get(form.place)
        if where is not None:
            where[form.name] = signature
        sent = body if request.body_as == "body" else b""
        if request.rest == "query":
            query |= rest
        elif request.rest == "json" and rest:
            sent = json.dumps(rest, ensure_ascii=False, separators=(",", ":")).encode()
        if sent:
            headers["content-type"] = request.content_type
        return Signed(query, rest if request.rest == "form" else {}, headers, sent, signature)
