"""The sandbox as a process of its own, and its control over HTTP."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from aiohttp import ClientSession

from sandbox.bot_api import NO_FLOOD, BotApi
from sandbox.chat_page.pages import routes
from tests.sandbox.caller import calling

ROOT = Path(__file__).parents[2]


async def start(setup: str) -> Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "-", stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=ROOT
    )
    assert process.stdin is not None
    process.stdin.write(f"{setup}\n".encode())
    await process.stdin.drain()
    return process


async def test_process_tells_its_address_and_ends_with_its_input() -> None:
    """One JSON line out; people and groups are as asked; no orphan is left behind."""
    setup = {
        "people": [{"name": "Ann", "role": "owner"}],
        "groups": [{"title": "G", "members": ["Ann"]}],
    }
    process = await start(json.dumps(setup))
    assert process.stdout is not None
    assert process.stdin is not None
    line = json.loads(await process.stdout.readline())
    async with ClientSession() as session:
        async with session.get(f"{line['url']}/_sandbox/state") as response:
            state = await response.json()
        async with session.get(f"{line['url']}/bot{line['token']}/getMe") as response:
            assert response.status == 200
    assert [(p["id"], p["name"], p["role"]) for p in state["people"]] == [
        (line["people"]["Ann"], "Ann", "owner")
    ]
    assert line["groups"]["G"] in [chat["id"] for chat in state["chats"]]
    process.stdin.close()
    async with asyncio.timeout(10):
        assert await process.wait() == 0


async def test_bad_setup_is_one_sentence() -> None:
    """A wrong key ends the process with 2 and says which."""
    process = await start('{"por": 1}')
    async with asyncio.timeout(10):
        _, error = await process.communicate()
    assert process.returncode == 2
    assert error.decode() == "the sandbox cannot start: the setup has unknown keys: por\n"


async def test_whole_talk_over_http() -> None:
    """Another process can make people, talk, press, script faults and read the book."""
    async with BotApi(limits=NO_FLOOD) as server, calling(server) as call:

        async def drive(path: str, **body: object) -> dict[str, object]:
            url = f"{server.url}/_sandbox/{path}"
            async with call.session.post(url, json=body) as response:
                answer: dict[str, object] = await response.json()
                return answer

        person = await drive("people", name="小李", role="clerk")
        await drive("say", person="小李", text="/start")
        markup = {"inline_keyboard": [[{"text": "好", "callback_data": "t"}]]}
        sent = await call.result(
            "sendMessage", chat_id=person["id"], text="?", reply_markup=markup
        )
        pressed = await drive("press", person="小李", message=sent["message_id"], label="好")
        await call.result("answerCallbackQuery", **pressed)
        wrong = await drive("press", person="小李", message=sent["message_id"], label="坏")
        assert wrong == {"error": "there is no button 坏"}
        assert await drive("say", person="小李") == {"error": "the field 'text' is missing"}
        await drive("faults", flood=9, chat=person["id"])
        assert (await call("sendMessage", chat_id=person["id"], text="x"))[0] == 429
        url = f"{server.url}/_sandbox/book?kind=toast&wait=5"
        async with call.session.get(url) as response:
            (toast,) = (await response.json())["entries"]
        assert toast["data"]["user"] == person["id"]


async def test_other_web_pages_are_kept_out() -> None:
    """A page from elsewhere cannot drive the sandbox through someone's browser."""
    async with BotApi() as server, calling(server) as call:
        url = f"{server.url}/_sandbox/people"
        headers = {"Origin": "https://evil.example"}
        async with call.session.post(url, json={"name": "x"}, headers=headers) as response:
            assert response.status == 403
        assert server.state.world.users == {}


async def test_page_and_its_parts_are_served(tmp_path: Path) -> None:
    """The page comes with its font, and nothing outside its folders can be asked for."""
    (tmp_path / "Some-Regular.ttf").write_bytes(b"font")
    async with BotApi(routes=[routes(tmp_path)]) as server, calling(server) as call:
        found = {}
        paths = [
            "",
            "page/app.js",
            "page/fonts.css",
            "page/fonts/Some-Regular.ttf",
            "page/..%2Fpages.py",
            "page/fonts/none.ttf",
        ]
        for path in paths:
            async with call.session.get(f"{server.url}/{path}") as response:
                found[path] = (response.status, response.content_type)
        assert list(found.values()) == [
            (200, "text/html"),
            (200, "text/javascript"),
            (200, "text/css"),
            (200, "font/ttf"),
            (404, "text/plain"),
            (404, "text/plain"),
        ]


async def test_book_is_written_to_its_file(tmp_path: Path) -> None:
    """Every entry is also a line of the file, for processes that are killed."""
    path = tmp_path / "book.jsonl"
    async with BotApi(book=path) as server, calling(server) as call:
        await call.result("getMe")
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [(e["kind"], e["method"], e["status"]) for e in entries] == [("call", "getMe", 200)]
