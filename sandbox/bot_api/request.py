"""What did the bot send? Query, form, multipart and JSON bodies, read as Telegram reads them."""

from typing import Any

from aiohttp import web

from sandbox.bot_api.errors import bad
from sandbox.bot_api.files import Upload


async def read_request(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Return the parameters and the files by field name.

    A file that comes under a parameter's own name stands there as `attach://name`.
    Raises 400 for a JSON body that is none.
    """
    given: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if not request.can_read_body:
        return given, files
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise bad("can't parse JSON object")
        return given | {key: item for key, item in body.items() if item is not None}, files
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.file.read(), value.content_type)
            given[name] = f"attach://{name}"
        else:
            given[name] = value
    return given, files
