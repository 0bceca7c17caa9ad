"""What becomes of one request: specification, faults, limits, and then the method itself?"""

from dataclasses import dataclass
from typing import Any

from sandbox.bot_api.book import Kind
from sandbox.bot_api.errors import NOT_FOUND, ApiError, bad, too_many
from sandbox.bot_api.faults import Fault, Then
from sandbox.bot_api.files import Upload
from sandbox.bot_api.methods import play
from sandbox.bot_api.methods.editing import EDITING
from sandbox.bot_api.methods.sending import SENDING
from sandbox.bot_api.spec import Method, load
from sandbox.bot_api.state import Call, State
from sandbox.bot_api.world import Json

NOT_COUNTED = frozenset({"deleteMessage", "deleteMessages", "answerCallbackQuery"})
BARE = {"chat_id": "chat_id is empty", "text": "message text is empty"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the server is to do: answer `body` with `status`, or misbehave."""

    status: int
    body: Json
    then: Then = Then.ANSWER
    html: bool = False


@dataclass(slots=True)
class Trace:
    """What is known so far about a request: it becomes one line of the book."""

    method: str
    params: Json
    chat: int | None = None
    breaches: tuple[str, ...] = ()
    fault: Fault | None = None


@dataclass(slots=True)
class Gate:
    """Answers requests; `strict` refuses what Telegram would pass over, such as unknown names."""

    state: State
    strict: bool = True

    async def handle(self, name: str, given: Json, uploads: dict[str, Upload]) -> Outcome:
        """Answer one request to the method `name`, and write it down."""
        trace = Trace(name, given)
        try:
            body = {"ok": True, "result": await self._result(trace, name, given, uploads)}
            outcome = Outcome(200, body)
        except ApiError as error:
            outcome = Outcome(error.code, error.body())
        outcome = _disturb(outcome, trace.fault)
        self.state.book.write(
            self.state.clock(),
            Kind.CALL,
            method=trace.method,
            chat=trace.chat,
            status=outcome.status if outcome.then is Then.ANSWER else 0,
            data=trace.params,
            breaches=trace.breaches,
            fault=trace.fault.then.value if trace.fault else "",
        )
        return outcome

    async def _result(
        self, trace: Trace, name: str, given: Json, uploads: dict[str, Upload]
    ) -> Any:
        method = load().method(name)
        if method is None:
            raise NOT_FOUND
        trace.method = method.name
        attached = {key for key in uploads if key not in method.fields}
        fields = {key: value for key, value in given.items() if key not in attached}
        trace.params, found = load().read(method, fields)
        trace.breaches = tuple(found)
        chat = trace.params.get("chat_id")
        trace.chat = chat if isinstance(chat, int) else None
        trace.fault = self.state.faults.take(method.name, trace.chat)
        if trace.fault is not None and not trace.fault.deliver:
            if trace.fault.error is not None:
                raise trace.fault.error
            return None
        self._check(trace, method)
        self._count(trace)
        call = Call(method.name, trace.params, uploads)
        if method.name == "getUpdates":
            return await self._updates(call)
        return play(self.state, method, call)

    def _check(self, trace: Trace, method: Method) -> None:
        """Refuse a request that does not keep to the specification."""
        for name, field in method.fields.items():
            if field.required and name not in trace.params:
                raise bad(BARE.get(name, f'parameter "{name}" is required'))
        if trace.breaches and self.strict:
            raise bad(f"not in the specification: {trace.breaches[0]}")

    def _count(self, trace: Trace) -> None:
        """Refuse a message that comes too soon after others."""
        name = trace.method
        edit = name in EDITING and name not in NOT_COUNTED and self.state.limits.count_edits
        if trace.chat is None or not (name in SENDING or edit):
            return
        chat = self.state.world.open_chat(trace.chat)
        count = len(trace.params["media"]) if name == "sendMediaGroup" else 1
        seconds = self.state.flood.wait(
            chat.id, group=not chat.private, now=self.state.clock(), count=count
        )
        if seconds:
            raise too_many(seconds)

    async def _updates(self, call: Call) -> list[Json]:
        updates = self.state.updates
        if "allowed_updates" in call.params:
            updates.allowed = list(call.params["allowed_updates"])
        limit = min(max(call.params.get("limit", 100), 1), 100)
        seconds = min(max(call.params.get("timeout", 0), 0), 50)
        return await updates.poll(call.params.get("offset", 0), limit, seconds)


def _disturb(outcome: Outcome, fault: Fault | None) -> Outcome:
    """Put the fault's behaviour in place of the answer."""
    if fault is None:
        return outcome
    if fault.error is not None:
        return Outcome(fault.error.code, fault.error.body(), html=fault.html)
    return Outcome(outcome.status, outcome.body, fault.then)
