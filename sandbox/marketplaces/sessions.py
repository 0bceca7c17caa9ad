"""Which shop does a token open, and until when? Codes, tokens, their refreshing and their end."""

from dataclasses import dataclass, field

from sandbox.marketplaces.book import Book, Kind
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.moments import MINUTE, SECOND, Clock
from sandbox.marketplaces.shop import Shop

CODE_LIFE = 10 * MINUTE


@dataclass(slots=True)
class Grant:
    """The leave that a seller gave; times in ms since 1970 UTC."""

    shop: Shop
    access: str
    refresh: str
    expires_at: int
    refresh_until: int


@dataclass(slots=True)
class Sessions:
    """All tokens of one marketplace; the newest grant of a shop is the only one that opens it.

    `lengthens` tells whether a refresh begins a new life (at Pinduoduo it does not).
    """

    clock: Clock
    book: Book
    life_s: int
    refresh_s: int
    lengthens: bool = True
    grants: dict[str, Grant] = field(default_factory=dict)
    _access: dict[str, Grant] = field(default_factory=dict)
    _codes: dict[str, tuple[Shop, int]] = field(default_factory=dict)
    _serial: int = 0

    def code(self, shop: Shop) -> str:
        """The seller agrees: return the code that buys a token, for ten minutes and once."""
        self._serial += 1
        code = f"code-{shop.id}-{self._serial}"
        self._codes[code] = (shop, self.clock() + CODE_LIFE)
        return code

    def grant(self, shop: Shop) -> Grant:
        """Give a new token; an older one of this shop opens nothing any more."""
        now = self.clock()
        self._serial += 1
        grant = Grant(
            shop=shop,
            access=f"sandbox-session-{shop.id}-{self._serial}",
            refresh=f"sandbox-refresh-{shop.id}-{self._serial}",
            expires_at=now + self.life_s * SECOND,
            refresh_until=now + self.refresh_s * SECOND,
        )
        self.grants[shop.name] = grant
        self._access[grant.access] = grant
        self.book.write(now, Kind.GRANT, shop=shop.name, data={"what": "granted"})
        return grant

    def by_code(self, code: str) -> Grant:
        """Exchange a code. Raises Refused."""
        shop, until = self._codes.pop(code, (None, 0))
        if shop is None or until < self.clock():
            raise Refused(Why.PARAMETER, "code")
        return self.grant(shop)

    def by_refresh(self, token: str) -> Grant:
        """Exchange a refresh token. Raises Refused."""
        for old in self.grants.values():
            if old.refresh == token and old.refresh_until > self.clock():
                new = self.grant(old.shop)
                if not self.lengthens:
                    new.expires_at, new.refresh_until = old.expires_at, old.refresh_until
                return new
        raise Refused(Why.SESSION, "refresh_token")

    def known(self, token: str) -> Shop | None:
        """Return the shop that a token once opened."""
        grant = self._access.get(token)
        return None if grant is None else grant.shop

    def open(self, token: str) -> Shop:
        """Return the shop that a token opens. Raises Refused."""
        grant = self._access.get(token)
        if grant is None or self.grants[grant.shop.name] is not grant:
            raise Refused(Why.SESSION)
        if grant.expires_at <= self.clock():
            raise Refused(Why.SESSION, "expired")
        return grant.shop

    def expire(self, shop: Shop, *, refresh_too: bool = False) -> None:
        """Let a shop's token end now, and its refresh token too if told so."""
        now = self.clock()
        grant = self.grants[shop.name]
        grant.expires_at = now
        if refresh_too:
            grant.refresh_until = now
        self.book.write(now, Kind.GRANT, shop=shop.name, data={"what": "expired"})
