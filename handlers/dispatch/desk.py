"""What may a handler use while it answers one request?"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from core.domain import token as tokens
from core.domain.checkpoints import checkpoint
from core.domain.staff import Role
from core.domain.token import Claims
from core.messaging import FileRef
from core.services import Tx, buttons, staff
from handlers.dispatch.parts import Parts
from handlers.registry import Action, Ask, Registry

T = TypeVar("T")
MINUTE_MS = 60_000


class RequestDesk:
    """Is a `handlers.registry.Desk` for one request.

    Args:
        parts: What is around us.
        key: Signs buttons and codes.
        claims: What the pressed button says, if one was pressed.
        on_busy: Called when a write has waited for too long.
        on_people: Called after a write that changed who works here.
    """

    def __init__(
        self,
        parts: Parts,
        key: bytes,
        claims: Claims | None,
        on_busy: Callable[[], None],
        on_people: Callable[[], None],
    ) -> None:
        self._parts = parts
        self._key = key
        self._claims = claims
        self._on_busy = on_busy
        self._on_people = on_people
        self._writes = 0
        self._tokens = 0

    @property
    def registry(self) -> Registry:
        """All commands there are."""
        return self._parts.registry

    async def read(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn` on a snapshot."""
        return await self._parts.store.read(fn)

    async def write(self, ask: Ask, fn: Callable[[Tx], T], *, keep_button: bool = False) -> T:
        """Run `fn` once for this request, and use up the button that asked for it.

        Raises:
            Stale: The button was used before.
        """
        self._writes += 1
        claims = None if keep_button else self._claims
        changed = False

        def once(tx: Tx) -> T:
            nonlocal changed
            if claims:
                buttons.use_up(tx, claims.nonce, ask.person.id, self._parts.rules.zone)
            result = fn(tx)
            changed = staff.CHANGED in tx.signals
            checkpoint("chat:written")
            return result

        key = ask.source if self._writes == 1 else f"{ask.source}#{self._writes}"
        with self._patience():
            result = await self._parts.store.write(once, key=key)
        if claims:
            self._claims = None  # used up: what is written after it belongs to it
        if changed:
            self._on_people()
        return result

    async def fetch(self, file: FileRef) -> bytes:
        """Return the bytes of a sent file.

        Raises:
            BadInput: It is too large, or gone.
            Temporary: The platform cannot be reached.
        """
        receiver = self._parts.receivers[file.platform]
        return await receiver.fetch(file, self._parts.rules.largest_file)

    def token(
        self,
        ask: Ask,
        action: Action,
        *,
        minutes: int = 60 * 24,
        roles: frozenset[Role] | None = None,
        personal: bool = False,
    ) -> str:
        """Return the token of a button for `action`.

        Raises:
            ValueError: No command answers the verb, or a number is too large.
        """
        command = self.registry.by_verb(action.verb)
        if command is None:
            raise ValueError(f"no command answers the verb {action.verb!r}")
        self._tokens += 1
        claims = Claims(
            verb=tokens.verb_number(action.verb),
            object_id=action.object_id,
            version=action.version,
            argument=action.argument,
            roles=command.roles if roles is None else roles,
            expires_at=ask.now + minutes * MINUTE_MS,
            person_id=ask.person.id if personal else 0,
            nonce=tokens.nonce(self._key, ask.source, self._tokens),
        )
        return tokens.sign(self._key, claims)

    def code(self, ask: Ask, purpose: str) -> str:
        """Return a secret code of 128 bits, the same when the request is run again."""
        return tokens.code(self._key, f"{purpose}:{ask.source}")

    def invite_link(self, ask: Ask, code: str) -> str:
        """Return a link that brings a person to us with an invite's code, "" if there is none."""
        return self._parts.receivers[ask.incoming.target.platform].invite_link(code)

    def page_url(self, token: str) -> str:
        """Return the address of a page behind a short-lived link."""
        return f"{self._parts.rules.page_base.rstrip('/')}/p/{token}"

    def shows_buyer_data(self, ask: Ask) -> bool:
        """Say whether this chat may show buyer data itself."""
        limits = self._parts.messengers[ask.incoming.target.platform].limits
        return limits.buyer_data and not ask.in_group

    @contextmanager
    def _patience(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._parts.rules.busy_after_s, self._on_busy)
        try:
            yield
        finally:
            timer.cancel()
