"""How are updates pushed to a webhook? One after the other, again and again until one is taken."""

import asyncio
from dataclasses import dataclass

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.bot_api.state import State
from sandbox.bot_api.updates import Webhook

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
PATIENCE = ClientTimeout(total=60)
LONGEST_PAUSE = 60.0


@dataclass(slots=True)
class Pusher:
    """Pushes what waits, in order, whenever a webhook is set.

    After a failure it waits `pause` seconds, twice as long each time (at most a minute). What
    the other side answers in its body is passed over, only the status counts.
    """

    state: State
    pause: float = 1.0

    async def run(self) -> None:
        """Work until cancelled."""
        updates = self.state.updates
        failures = 0
        async with ClientSession(timeout=PATIENCE) as session:
            while True:
                await updates.pulse.until(lambda: updates.webhook.url and updates.waiting, None)
                id_ = next(iter(updates.waiting))
                hook = updates.webhook
                hook.error = await self._deliver(session, hook, id_)
                if not hook.error:
                    updates.waiting.pop(id_, None)
                    updates.pulse.beat()
                    failures = 0
                    continue
                hook.error_at = self.state.clock()
                updates.pulse.beat()
                await asyncio.sleep(min(self.pause * 2**failures, LONGEST_PAUSE))
                failures = min(failures + 1, 10)

    async def _deliver(self, session: ClientSession, hook: Webhook, id_: int) -> str:
        """Push one update and return what went wrong, "" if it was taken."""
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        update = self.state.updates.waiting[id_]
        try:
            async with session.post(hook.url, json=update, headers=headers) as response:
                if response.ok:
                    return ""
                return f"Wrong response from the webhook: {response.status} {response.reason}"
        except (ClientError, TimeoutError) as error:
            return f"Connection failed: {error}"
