"""Which tokens do the channels use? Those of the settings, else those that sellers gave us."""

import logging
from dataclasses import replace
from functools import partial

from bot.keyring import vault_of
from bot.sections import Settings
from core.domain.errors import BadInput
from core.services import grants
from core.store.door import Store

log = logging.getLogger("zhanggui.channels")
TOKEN = "access_token"  # noqa: S105 - the name of the setting


async def with_grants(settings: Settings, store: Store) -> Settings:
    """Return the settings with the kept token of each channel that has none written down.

    One that does not open is told in the log; its channel stays off by itself.
    """
    lacking = [name for name, table in settings.channels.items() if not table.get(TOKEN)]
    kept = await store.read(lambda tx: [name for name in lacking if grants.kept(tx, name)])
    if not kept:
        return settings
    channels = dict(settings.channels)
    for name in kept:
        try:
            vault = vault_of(settings)
            grant = await store.read(partial(grants.find, vault=vault, channel=name))
        except BadInput as error:
            log.error("channel %s: %s", name, error.en)  # noqa: TRY400 - the words are enough
            continue
        if grant:
            channels[name] = {**channels[name], TOKEN: grant.access.reveal()}
    return replace(settings, channels=channels)
