"""From JSON orders to pages: what a poll and a push bring, mapped as the channel's table says."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from core.adapters.drafts import Batch, Draft, bad_row, map_page
from core.domain.errors import BadInput
from core.domain.intake import BadRow, Page
from core.domain.mapping import ChannelMap
from core.sheets.row import Fault, Row
from core.tools.compile_mapping import Problem, Reader
from core.tools.json_text import Odd, canonical, checked, decode, odd_in, read_json

LOST = "\ufffd".encode()
MOJIBAKE = Odd("文字编码坏了（�）", "its text was damaged by a wrong encoding (U+FFFD)")
"""A sign that stands for one which was lost cannot be made good."""


class OrderPayloads:
    """Reads the orders of one channel; `source` names where they came from in the quarantine."""

    def __init__(self, channel: ChannelMap, source: str) -> None:
        self.channel = channel
        self._source = source
        self._reader = Reader(channel)

    def of_texts(self, texts: Sequence[bytes]) -> Batch:
        """Take orders that are a JSON text each; one that is broken is quarantined alone."""
        batch = Batch(rows=len(texts))
        for at, text in enumerate(texts, start=1):
            try:
                payload = decode(text)
            except BadInput as error:
                row = Row(at, [], text.decode("utf-8", "backslashreplace")[:100_000])
                batch.bad.append(bad_row(self._source, row, "", Fault(error.zh, error.en)))
            else:
                self._add(batch, at, payload, text)
        return batch

    def of_page(self, text: bytes, orders: str) -> Batch:
        """Take a page whose orders stand in the list called `orders` ("" = the page itself).

        Raises BadInput if the page is broken or holds no such list: nothing of it is used.
        """
        page, perhaps_odd = read_json(text)
        listed = page.get(orders) if orders and isinstance(page, dict) else page
        if not isinstance(listed, list):
            raise BadInput(
                f"{self._source}：回答里没有订单列表 {orders}。",
                f"{self._source}: the answer holds no list {orders!r} of orders.",
            )
        batch = Batch(rows=len(listed))
        for at, payload in enumerate(listed, start=1):
            self._add(batch, at, payload, canonical(payload), odd=perhaps_odd)
        return batch

    def of_values(self, payloads: Sequence[Any], *, odd: bool) -> Batch:
        """Take orders that were parsed already; `odd` says whether an `Odd` may be in them."""
        batch = Batch(rows=len(payloads))
        for at, payload in enumerate(payloads, start=1):
            self._add(batch, at, payload, canonical(payload), odd=odd)
        return batch

    def page(self, drafts: Iterable[Draft]) -> Page:
        """Map drafts to what the intake takes; those with an odd value are put aside."""
        sound: list[Draft] = []
        odd: list[BadRow] = []
        for draft in drafts:
            payload, perhaps_odd = checked(draft.text, draft.payload)
            found = odd_in(payload) if perhaps_odd else None
            if found:
                odd.append(_odd_row(draft, found))
            else:
                sound.append(draft)
        page = map_page(self.channel, self._reader, sound)
        page.bad += odd
        return page

    def _add(self, batch: Batch, at: int, payload: Any, text: bytes, *, odd: bool = False) -> None:
        """Name an order and its version; an odd one (`odd`: there may be some) is put aside."""
        try:
            number = self._reader.number(payload)
        except Problem as error:
            row = Row(at, [], text.decode("utf-8", "backslashreplace"))
            fault = Fault(error.zh, error.en)
            batch.bad.append(bad_row(self._source, row, error.path, fault))
            return
        digest = blake2b(text, digest_size=16, key=self.channel.digest).digest()
        draft = Draft(number, digest, payload, self._source, text=text, at=at)
        found = odd_in(payload) if odd else None
        if found is None and LOST in text:
            found = MOJIBAKE
        if found:
            batch.bad.append(_odd_row(draft, found))
        else:
            batch.drafts.append(draft)


def _odd_row(draft: Draft, found: Odd) -> BadRow:
    fault = Fault(found.zh, found.en)
    return bad_row(draft.source, draft.row(None), "", fault, draft.number)
