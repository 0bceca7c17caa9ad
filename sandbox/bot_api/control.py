"""How do other processes and the chat page drive the sandbox? JSON under `/_sandbox/`.

People are named by id or name, chats by id or title; no chat means the private one. Whatever
cannot be done is answered 400 `{"error": sentence}`.
"""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import hdrs, web

from sandbox.bot_api import crowd, view
from sandbox.bot_api.book import Kind
from sandbox.bot_api.errors import ApiError
from sandbox.bot_api.faults import Then
from sandbox.bot_api.files import Upload
from sandbox.bot_api.people import standings
from sandbox.bot_api.state import State
from sandbox.bot_api.world import Chat, Json, Message, Standing, User

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
VISIBLE = frozenset({Kind.SHOWN, Kind.EDITED, Kind.DELETED, Kind.TOAST, Kind.ACTION, Kind.SAID})
LONGEST_WAIT = 60.0


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keep other web pages out, and turn what cannot be done into a sentence."""
    if not request.path.startswith("/_sandbox/"):
        return await handler(request)
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and urlsplit(origin).netloc != request.host:
        return web.json_response({"error": "this page may not drive the sandbox"}, status=403)
    try:
        return await handler(request)
    except KeyError as error:
        return web.json_response({"error": f"the field {error} is missing"}, status=400)
    except (ValueError, TypeError, ApiError) as error:
        return web.json_response({"error": str(error)}, status=400)


@dataclass(slots=True)
class Control:
    """The endpoints; each method's docstring tells its JSON."""

    state: State

    async def world(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - no input
        """GET state: the bot, all people and chats with messages, and the end of the book."""
        return web.json_response(view.world(self.state))

    async def book(self, request: web.Request) -> web.StreamResponse:
        """GET book?since=N&kind=shown&method=&wait=S: entries from number N on.

        With `wait` it answers when there is at least one, or after so many seconds.
        """
        ask = request.query
        kind, since = ask.get("kind"), int(ask.get("since", "0"))

        def look() -> list[Json]:
            return [
                asdict(e)
                for e in self.state.book.entries[since:]
                if kind in (None, e.kind.value) and ask.get("method") in (None, e.method)
            ]

        wait = min(float(ask.get("wait", "0")), LONGEST_WAIT)
        return web.json_response({"entries": await self.state.pulse.until(look, wait)})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """GET events?since=N: what people see and say, as server-sent events."""
        since = int(request.headers.get("Last-Event-ID", request.query.get("since", "-1"))) + 1
        response = web.StreamResponse()
        response.content_type = "text/event-stream"
        response.headers[hdrs.CACHE_CONTROL] = "no-cache"
        await response.prepare(request)
        with contextlib.suppress(ConnectionResetError):  # the browser went away
            await self._follow(response, since)
        return response

    async def _follow(self, response: web.StreamResponse, since: int) -> None:
        entries, updates = self.state.book.entries, self.state.updates
        while not updates.closed:
            for entry in entries[since:]:
                if entry.kind in VISIBLE:
                    await response.write(view.event(entry))
            since = len(entries)
            await self.state.pulse.until(lambda: len(entries) > since or updates.closed, 15)  # noqa: B023
            await response.write(b": still here\n\n")

    async def file(self, request: web.Request) -> web.StreamResponse:
        """GET files/ID: the bytes of a picture or file."""
        upload = self.state.files.get(request.match_info["id"]).upload
        picture = upload.mime.startswith("image/") and "svg" not in upload.mime
        way = "inline" if picture else "attachment"
        headers = {
            hdrs.CONTENT_DISPOSITION: f"{way}; filename*=UTF-8''{quote(upload.name)}",
            "X-Content-Type-Options": "nosniff",
            hdrs.CACHE_CONTROL: "max-age=86400",
        }
        return web.Response(body=upload.data, content_type=upload.mime, headers=headers)

    async def person(self, request: web.Request) -> web.StreamResponse:
        """POST people {name, username?, lang?, role?} -> the person."""
        body = await request.json()
        user = self.state.world.add_user(
            str(body["name"]),
            **{key: str(body[key]) for key in ("username", "lang", "role") if key in body},
        )
        return web.json_response(view.person(user))

    async def group(self, request: web.Request) -> web.StreamResponse:
        """POST groups {title, members, bot?, upgraded?} -> the chat; its first member made it."""
        body = await request.json()
        ranks = standings(self._person(name).id for name in body["members"])
        chat = self.state.world.add_group(
            str(body["title"]),
            ranks,
            upgraded=bool(body.get("upgraded", True)),
            bot=bool(body.get("bot", True)),
        )
        return web.json_response(view.chat(self.state, chat))

    async def say(self, request: web.Request) -> web.StreamResponse:
        """POST say {person, chat?, text, reply_to?} -> the message."""
        body = await request.json()
        user = self._person(body["person"])
        chat = self._chat(body.get("chat"), user)
        quoted = self._message(chat, body["reply_to"]) if body.get("reply_to") else None
        said = crowd.write(self.state, user, chat, str(body["text"]), reply_to=quoted)
        return web.json_response(said.raw)

    async def press(self, request: web.Request) -> web.StreamResponse:
        """POST press {person, chat?, message, data or label} -> {callback_query_id}."""
        body = await request.json()
        user = self._person(body["person"])
        chat = self._chat(body.get("chat"), user)
        message = self._message(chat, body["message"])
        data = body["data"] if "data" in body else view.data_of(message, str(body["label"]))
        query = crowd.press(self.state, user, chat, message, str(data))
        return web.json_response({"callback_query_id": query.id})

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """POST upload (multipart): person, chat?, caption?, kind=photo|file, file -> message."""
        form = await request.post()
        user = self._person(form["person"])
        part = form["file"]
        if not isinstance(part, web.FileField):
            raise TypeError("the field `file` holds no file")
        said = crowd.upload(
            self.state,
            user,
            self._chat(form.get("chat"), user),
            Upload(part.filename, part.file.read(), part.content_type),
            caption=str(form.get("caption", "")),
            as_photo=form.get("kind") == "photo",
        )
        return web.json_response(said.raw)

    async def act(self, request: web.Request) -> web.StreamResponse:
        """POST act {person, chat?, act: block|unblock|add_bot|admin_bot|kick_bot|upgrade}."""
        body = await request.json()
        user = self._person(body["person"])
        chat = self._chat(body.get("chat"), user)
        match body["act"]:
            case "block" | "unblock":
                crowd.block(self.state, user, blocked=body["act"] == "block")
            case "upgrade":
                chat = crowd.upgrade(self.state, user, chat)
            case act if act in PLACES:
                crowd.place_bot(self.state, user, chat, PLACES[act])
            case act:
                raise ValueError(f"nobody can {act}")
        return web.json_response(view.chat(self.state, chat))

    async def fault(self, request: web.Request) -> web.StreamResponse:
        """POST faults: {flood: S} or {error: CODE, description?} or {then: hang|close}, with the
        fields of `Fault` (methods, chat, skip, times, deliver, html).
        """  # noqa: D205 - one sentence does not fit into a line
        body = await request.json()
        faults = self.state.faults
        if "flood" in body:
            faults.flood(int(body.pop("flood")), **body)
        elif "error" in body:
            code, words = int(body.pop("error")), str(body.pop("description", "Bad Gateway"))
            faults.error(code, words, **body)
        else:
            faults.add(Then(body.pop("then")), **body)
        return web.json_response({"faults": len(faults.script)})

    async def heal(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - no input
        """DELETE faults: everything is well again."""
        self.state.faults.clear()
        return web.json_response({"faults": 0})

    def _person(self, name: Any) -> User:
        for user in self.state.world.users.values():
            if str(name) in (str(user.id), user.name):
                return user
        raise ValueError(f"there is no person {name}")

    def _chat(self, name: Any, user: User) -> Chat:
        if name is None:
            return self.state.world.chats[user.id]
        for chat in self.state.world.chats.values():
            if str(name) == str(chat.id) or (not chat.private and name == chat.title):
                return chat
        raise ValueError(f"there is no chat {name}")

    def _message(self, chat: Chat, id_: Any) -> Message:
        return self.state.message(chat, int(id_), why="there is no such message")


PLACES = {
    "add_bot": Standing.MEMBER,
    "admin_bot": Standing.ADMIN,
    "kick_bot": Standing.KICKED,
}


def routes(state: State) -> list[web.RouteDef]:
    """Return the routes of all endpoints."""
    control = Control(state)
    return [
        web.get("/_sandbox/state", control.world),
        web.get("/_sandbox/book", control.book),
        web.get("/_sandbox/events", control.events),
        web.get("/_sandbox/files/{id}", control.file),
        web.post("/_sandbox/people", control.person),
        web.post("/_sandbox/groups", control.group),
        web.post("/_sandbox/say", control.say),
        web.post("/_sandbox/press", control.press),
        web.post("/_sandbox/upload", control.upload),
        web.post("/_sandbox/act", control.act),
        web.post("/_sandbox/faults", control.fault),
        web.delete("/_sandbox/faults", control.heal),
    ]
