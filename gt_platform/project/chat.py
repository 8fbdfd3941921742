"""Conversations as people read them, from the messages of OpenAI, of Anthropic and of tools that write like them.

What is not known here is shown as the JSON it is; only what serves machines alone, such as ids of messages, is not.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Kind = Literal["text", "image", "audio", "call", "result", "json"]
Message: TypeAlias = Mapping[str, Any]

WHO, SAID, CALLS = ("role", "from", "author"), ("content", "value", "parts", "refusal", "summary"), ("tool_calls",)
TEXTS = ("text", "refusal", "thinking")
CALLED = ("function_call", "tool_use", "custom_tool_call")
RETURNED = ("function_call_output", "tool_result", "custom_tool_call_output")
OF_CALL = ("tool_use_id", "tool_call_id", "call_id", "id")
ARGUMENTS, RESULTS = ("arguments", "input", "args"), ("content", "output")
MACHINES = {"type", "id", "status", "annotations", "signature", "cache_control"}


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Part of what somebody says: text, the address of a medium, the arguments of a call, or JSON.

    `about` is the tool that is called, or the call whose result follows.
    """

    kind: Kind
    text: str = ""
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What `who` says before somebody else does."""

    who: str
    pieces: tuple[Piece, ...]


def turns(value: Any) -> tuple[Turn, ...]:
    """The turns of a conversation: a list of messages, one alone, or an object that has them under `messages`."""
    if isinstance(value, list):
        return tuple(_turn(one) for one in value)
    if isinstance(value, dict) and isinstance(value.get("messages"), list):
        system = [Turn(who="system", pieces=tuple(_pieces(value["system"])))] if value.get("system") else []
        rest = tuple(_rest(value, {"messages", "system"}))
        return (*system, *turns(value["messages"]), *([Turn(who="", pieces=rest)] if rest else []))
    return (_turn(value),)


def laid_out(value: Any) -> str:
    """A JSON value over several lines, its keys in the order they came in."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _turn(message: Any) -> Turn:
    if not isinstance(message, dict):
        return Turn(who="", pieces=tuple(_pieces(message)))
    if message.get("type") in (*CALLED, *RETURNED):
        who = "assistant" if message["type"] in CALLED else "tool"
        return Turn(who=who, pieces=tuple(_typed(message)))
    names = [str(message[key]) for key in (*WHO, "name") if message.get(key)]
    call = _first(message, "tool_call_id")
    result = [Piece(kind="result", about=call)] if call else []
    said = [piece for key in SAID for piece in _pieces(message.get(key))]
    called = list(_called(message.get("tool_calls", message.get("function_call"))))
    rest = _rest(message, {*WHO, *SAID, *CALLS, "function_call", "name", "tool_call_id"})
    return Turn(who=", ".join(names), pieces=(*result, *said, *called, *rest))


def _pieces(said: Any) -> Iterator[Piece]:
    if isinstance(said, str):
        yield Piece(kind="text", text=said)
    elif isinstance(said, list):
        for one in said:
            yield from _pieces(one)
    elif isinstance(said, dict):
        yield from _typed(said)
    elif said is not None:
        yield _json(said)


def _typed(part: Message) -> Iterator[Piece]:
    kind, text = part.get("type"), next((key for key in TEXTS if isinstance(part.get(key), str)), "")
    if kind in CALLED:
        yield from _called(part)
    elif kind in RETURNED:
        yield Piece(kind="result", about=_first(part, *OF_CALL))
        for key in RESULTS:
            yield from _pieces(part.get(key))
        yield from _rest(part, {*OF_CALL, *RESULTS})
    elif text:
        yield Piece(kind="text", text=part[text])
        yield from _rest(part, {text})
    elif address := _picture(part):
        yield Piece(kind="image", text=address)
    elif sound := _sound(part):
        yield Piece(kind="audio", text=sound)
    else:
        yield _json(part)


def _called(call: Any) -> Iterator[Piece]:
    """Calls of tools: OpenAI has them beside what is said, with arguments as JSON text, Anthropic among it."""
    if isinstance(call, list):
        for one in call:
            yield from _called(one)
    elif isinstance(call, dict):
        inner = call["function"] if isinstance(call.get("function"), dict) else call
        given: Any = next((inner[key] for key in ARGUMENTS if key in inner), {})
        about = " · ".join(filter(None, (_first(inner, "name"), _first(call, *OF_CALL))))
        yield Piece(kind="call", about=about, text=_lines(given) if isinstance(given, str) else laid_out(given))
    elif call is not None:
        yield _json(call)


def _picture(part: Message) -> str:
    """The address of a picture; Anthropic keeps it under `source`."""
    if not str(part.get("type", "image")).removeprefix("input_").startswith("image"):
        return ""
    found = part.get("image_url", part.get("image", part.get("source")))
    if isinstance(found, dict) and found.get("type") == "base64":
        return f"data:{found.get('media_type')};base64,{found.get('data')}"
    return _first(found, "url") if isinstance(found, dict) else found if isinstance(found, str) else ""


def _sound(part: Message) -> str:
    sound = part.get("input_audio")
    if not isinstance(sound, dict) or not isinstance(sound.get("data"), str):
        return ""
    return f"data:audio/{sound.get('format', 'wav')};base64,{sound['data']}"


def _rest(message: Message, known: Iterable[str]) -> Iterator[Piece]:
    """What is left of a message, but for what says nothing."""
    said = (key for key, value in message.items() if value not in (None, [], {}, ""))
    if left := {key: message[key] for key in said if key not in {*known, *MACHINES}}:
        yield _json(left)


def _first(message: Message, *keys: str) -> str:
    return next((message[key] for key in keys if isinstance(message.get(key), str)), "")


def _json(value: Any) -> Piece:
    return Piece(kind="json", text=laid_out(value))


def _lines(text: str) -> str:
    """JSON text over several lines; as it is where that might change what it says, such as digits of a number."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    spaces, escaping = ((",", ":"), (", ", ": ")), (True, False)
    same = (json.dumps(value, ensure_ascii=one, separators=gap) == text for one in escaping for gap in spaces)
    return laid_out(value) if any(same) else text
