"""From which addresses does a browser get the chat page, and which font?"""

from collections.abc import Callable
from pathlib import Path

from aiohttp import hdrs, web

from sandbox.bot_api.state import State

HERE = Path(__file__).parent / "static"
KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".woff2": "font/woff2",
}
FONTS = frozenset({".ttf", ".otf", ".woff2"})
POLICY = "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'"


def _serve(path: Path) -> web.Response:
    if not path.is_file() or path.suffix not in KINDS:
        raise web.HTTPNotFound
    headers = {hdrs.CACHE_CONTROL: "no-cache", "Content-Security-Policy": POLICY}
    return web.Response(
        body=path.read_bytes(), content_type=KINDS[path.suffix], charset="utf-8", headers=headers
    )


def font_faces(folder: Path | None) -> str:
    """Return a style sheet that names the regular fonts in `folder` "Zhanggui".

    A bold that holds only some characters would make mixed lines: the browser thickens this one.
    Empty if there is no folder.
    """
    files = [] if folder is None or not folder.is_dir() else sorted(folder.iterdir())
    rules = [
        f'@font-face{{font-family:"Zhanggui";src:url("/page/fonts/{file.name}");'
        "font-weight:400;font-display:swap}"
        for file in files
        if file.suffix in FONTS and "regular" in file.name.lower()
    ]
    return "\n".join(rules)


def routes(fonts: Path | None = None) -> Callable[[State], list[web.RouteDef]]:
    """Return the routes of the page; `fonts` is a folder of fonts for machines without Chinese."""

    async def page(request: web.Request) -> web.Response:  # noqa: ARG001 - the same for all
        return _serve(HERE / "index.html")

    async def part(request: web.Request) -> web.Response:
        return _serve(HERE / Path(request.match_info["name"]).name)

    async def faces(request: web.Request) -> web.Response:  # noqa: ARG001 - the same for all
        return web.Response(text=font_faces(fonts), content_type="text/css", charset="utf-8")

    async def font(request: web.Request) -> web.Response:
        if fonts is None:
            raise web.HTTPNotFound
        return _serve(fonts / Path(request.match_info["name"]).name)

    def all_routes(state: State) -> list[web.RouteDef]:  # noqa: ARG001 - it asks /_sandbox/ itself
        return [
            web.get("/", page),
            web.get("/page/fonts.css", faces),
            web.get("/page/fonts/{name}", font),
            web.get("/page/{name}", part),
        ]

    return all_routes
