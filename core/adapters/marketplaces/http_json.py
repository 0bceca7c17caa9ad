"""How is a marketplace asked? By a driver that knows no platform, only a channel's description."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.adapters.marketplaces.answers import Judge
from core.adapters.marketplaces.pace import Pace
from core.adapters.payloads import OrderPayloads
from core.adapters.signing import Signer, profile
from core.domain.channel import Channel
from core.domain.convert import BadValue, identifier
from core.domain.errors import Permanent, Refused, Temporary, Unknown, Unreachable
from core.domain.intake import BadRow, Page
from core.domain.moment import written
from core.http.values import Answer, Request
from core.ports import ChangeList, Clock, Glimpse
from core.tools.compile_mapping import converter
from core.tools.json_text import canonical
from core.tools.paths import Look, looking

Send = Callable[[Request], Awaitable[Answer]]
"""Asks somebody outside, as `core.http.client.Http.send` does."""

NONE: Final[tuple[Any, ...]] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """What the driver works with: the way out, the time, the pace of its application.

    `listing` is a pace of the list of changes alone, where the platform has one.
    """

    send: Send
    clock: Clock
    pace: Pace
    listing: Pace | None = None


class HttpJson:
    """One shop; is a `core.ports.Marketplace`."""

    def __init__(self, channel: Channel, means: Means) -> None:
        api, account = channel.api, channel.account
        self.channel = channel
        self._means = means
        self._judge = Judge(api)
        self._signer = Signer(
            profile(api.signing),
            {
                "app_key": account.app_key,
                "secret": account.secret,
                "access_token": account.access_token,
            },
        )
        self._payloads = OrderPayloads(channel.mapping, channel.name)
        self._orders, self._total = looking(api.changes.orders), looking(api.changes.total)
        self._more = looking(api.changes.more)
        self._version = self._version_of()

    async def changes(self, since: int, until: int, page: int) -> ChangeList:
        """Return a page of what changed. Raises a MarketError."""
        api = self.channel.api
        payload, odd = await self.ask(
            api.changes.method,
            api.changes.arguments,
            {
                "since": written(since, api.time, self.channel.zone),
                "until": written(until, api.time, self.channel.zone),
                "page": api.paging.first + page,
                "size": api.paging.size,
            },
        )
        total = self._count(payload)
        listed = self._listed(payload, total)
        if not listed and total is not None and total > page * api.paging.size:
            raise Unreachable(f"page {page + 1} is empty though there are {total} orders")
        seen, bad = self._glimpses(listed, odd=odd)
        more = bool(self._more(payload)) if api.changes.more else False
        return ChangeList(tuple(seen), tuple(bad), total, more)

    async def read(self, seen: Sequence[Glimpse]) -> Page:
        """Return whole orders, asked for one by one where the list does not carry them."""
        if self.channel.api.detail is None:
            return self._payloads.page(one.payload for one in seen)
        gate = asyncio.Semaphore(self.channel.api.detail.at_once)
        found = await asyncio.gather(
            *(self._detail(one, gate) for one in seen), return_exceptions=True
        )
        errors = [one for one in found if isinstance(one, BaseException)]
        if errors:  # all have ended; the first tells why
            raise errors[0]
        page = Page()
        for one in found:
            assert isinstance(one, Page)  # noqa: S101 - errors were raised above
            page.orders += one.orders
            page.bad += one.bad
        return page

    async def _detail(self, one: Glimpse, gate: asyncio.Semaphore) -> Page:
        detail = self.channel.api.detail
        assert detail is not None  # noqa: S101 - asked by read()
        async with gate:
            try:
                payload, odd = await self.ask(
                    detail.method, detail.arguments, {"number": one.number}
                )
            except Refused as error:  # this order alone cannot be had
                return Page(bad=[self._bad(one.number, canonical(one.payload), str(error))])
        order = looking(detail.order)(payload)
        if not isinstance(order, Mapping):
            raise Unreachable(f"the answer holds no order at {detail.order!r}")
        batch = self._payloads.of_values([order], odd=odd)
        made = self._payloads.page(batch.drafts)
        made.bad += batch.bad
        return made

    async def ask(
        self, method: str, arguments: Mapping[str, Any], values: Mapping[str, Any]
    ) -> tuple[Any, bool]:
        """Make one call, at the account's pace; return its answer. Raises a MarketError."""
        api = self.channel.api
        await self._means.pace.turn()
        params, body = self._signer.pack(filled(arguments, values))
        if api.method_name:
            params[api.method_name] = method
        signed = self._signer.sign(params, body, self._means.clock())
        url = api.base_url + api.path.replace("{method_path}", method.replace(".", "/"))
        request = Request("POST", url, signed.query, signed.headers, signed.body, signed.form)
        try:
            answer = await self._means.send(request)
        except Permanent as error:
            raise Refused(str(error)) from None
        except Temporary as error:
            raise Unreachable(str(error), error.retry_after) from None
        except Unknown as error:
            raise Unreachable(str(error)) from None
        return self._judge.read(answer)

    def _count(self, payload: Any) -> int | None:
        if not self.channel.api.changes.total:
            return None
        total = self._total(payload)
        if isinstance(total, str) and total.isdigit():
            total = int(total)
        if isinstance(total, bool) or not isinstance(total, int) or total < 0:
            raise Unreachable(f"the answer holds no count at {self.channel.api.changes.total!r}")
        return total

    def _listed(self, payload: Any, total: int | None) -> Sequence[Any]:
        """Return the orders of a page; a list of one may come as the one, of none as nothing."""
        listed = self._orders(payload)
        if isinstance(listed, list):
            return listed
        if isinstance(listed, Mapping) and listed:
            return [listed]
        if listed in (None, "", {}) and total == 0:
            return NONE
        raise Unreachable(f"the answer holds no list at {self.channel.api.changes.orders!r}")

    def _glimpses(self, listed: Sequence[Any], *, odd: bool) -> tuple[list[Glimpse], list[BadRow]]:
        if self.channel.api.detail is None:
            batch = self._payloads.of_values(listed, odd=odd)
            return [Glimpse(d.number, None, d.digest, d) for d in batch.drafts], batch.bad
        seen, bad = [], []
        number = looking(self.channel.api.changes.number)
        for item in listed:
            try:
                found = identifier(number(item))
                at = self._version(item)
            except BadValue as error:
                bad.append(self._bad("", canonical(item), error.en, error.zh))
                continue
            if found is None:
                bad.append(self._bad("", canonical(item), "has no number", "没有单号"))
            else:
                seen.append(Glimpse(found, at, None, item))
        return seen, bad

    def _bad(self, number: str, raw: bytes, en: str, zh: str = "") -> BadRow:
        api = self.channel.api
        column = api.changes.number if not number else ""
        text = raw.decode("utf-8", "backslashreplace")
        return BadRow(self.channel.name, 0, column, zh or f"平台不给：{en}", en, text, number)

    def _version_of(self) -> Look:
        """Return what reads an item's moment of change; None where the list does not tell it."""
        path = self.channel.api.changes.version
        sources = self.channel.mapping.order.get("modified_at", ())
        if not path or not sources:
            return lambda _item: None
        look, convert = looking(path), converter(sources[0], self.channel.mapping)
        return lambda item: convert(look(item))


def filled(arguments: Any, values: Mapping[str, Any]) -> Any:
    """Put values in the place of their names in braces, at every depth.

    A text that is one name alone becomes the value itself; `{name:s}` always becomes text.
    """
    if isinstance(arguments, Mapping):
        return {key: filled(deeper, values) for key, deeper in arguments.items()}
    if isinstance(arguments, list | tuple):
        return [filled(one, values) for one in arguments]
    if not isinstance(arguments, str) or "{" not in arguments:
        return arguments
    name = arguments[1:-1]
    if arguments[0] == "{" and name in values:
        return values[name]
    text = arguments
    for key, value in values.items():
        text = text.replace(f"{{{key}:s}}", str(value)).replace(f"{{{key}}}", str(value))
    return text
