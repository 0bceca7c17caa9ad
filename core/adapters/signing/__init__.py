"""How requests are signed, as data: a profile says what is signed, how, and where it goes.

`profile(name)` finds one, `Signer` signs and checks with it. A new platform is a new TOML table;
ways of signing that are a protocol of their own (ACS3, TC3) are not described like this.
"""

from core.adapters.signing.profile import Profile
from core.adapters.signing.profiles import profile
from core.adapters.signing.signer import Signed, Signer, Verdict
from core.http.values import Request

__all__ = ["Profile", "Request", "Signed", "Signer", "Verdict", "profile"]
