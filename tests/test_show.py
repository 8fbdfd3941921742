"""What people are shown of an item: the declared fields in their order, and conversations whoever wrote them."""

import json
from typing import Any

import pytest

from gt_platform.answers.form import Option, Pick
from gt_platform.project.chat import Piece, turns
from gt_platform.project.show import Show, addresses, shown
from gt_platform.project.sides import lettered, swapped_of

ITEM = {"input": {"messages": [{"role": "user"}], "url": None}, "output": '{"answer": "yes"}'}


def parts(content: Any, *declared: dict[str, Any], judged: bool = True) -> list[tuple[Any, ...]]:
    found = shown([Show(**one) for one in declared], content, judged=judged)
    return [(one.heading, one.form, one.missing or one.value, one.mark) for one in found]


def test_fields_are_shown_in_the_order_they_are_declared_and_none_is_blank() -> None:
    declared: list[dict[str, Any]] = [
        {"field": "output.answer", "form": "markdown"},
        {"field": "input.messages", "heading": "Conversation", "form": "chat"},
        {"field": "input.page_url", "form": "link"},
        {"field": "input.url"},
        {"field": "input.url", "form": "json"},
        {"field": "input.messages[3]"},
    ]
    assert parts(ITEM, *declared) == [
        ("Answer", "markdown", "yes", False),
        ("Conversation", "chat", [{"role": "user"}], False),
        ("Page url", "link", "There is no input.page_url in this item.", False),
        ("Url", "text", "In this item input.url is null.", False),
        ("Url", "json", None, False),
        ("input.messages[3]", "text", "There is no input.messages[3] in this item.", False),
    ]
    assert parts("as it came", {"field": "input", "mark": True}, judged=False) == [
        ("Input", "text", "as it came", True)
    ]


def test_what_is_not_declared_is_shown_whole() -> None:
    assert parts({"b": 1, "a": 2}, judged=False) == [("", "any", {"b": 1, "a": 2}, True)]
    assert parts({"input": "i", "output": "o"}) == [("Input", "text", "i", False), ("Output", "text", "o", True)]
    assert parts("an item from before", judged=True)[0][2] == "There is no input in this item."


def test_a_medium_is_found_by_its_address() -> None:
    assert addresses("https://x/1.png") == ["https://x/1.png"]
    assert addresses([{"url": "a"}, {"image": "b"}, 3, ""]) == ["a", "b"]


CALL = {"id": "c1", "type": "function", "function": {"name": "look_up", "arguments": '{"b":1,"a":[]}'}}
PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
USE = {"type": "tool_use", "id": "t", "name": "f", "input": {"q": 1}}
RESULT = {"type": "tool_result", "tool_use_id": "t", "content": [PICTURE], "is_error": True}
SOUND = {"type": "input_audio", "input_audio": {"data": "AA", "format": "mp3"}}
FAR = {"type": "image_url", "image_url": {"url": "https://x/y.png"}}


def text(said: str) -> Piece:
    return Piece(kind="text", text=said)


SAID: list[tuple[Any, str, list[Piece]]] = [
    # OpenAI
    ({"role": "user", "content": "Hi\n<b>"}, "user", [text("Hi\n<b>")]),
    (
        {"role": "assistant", "content": None, "refusal": None, "tool_calls": [CALL]},
        "assistant",
        [Piece(kind="call", about="look_up · c1", text='{\n  "b": 1,\n  "a": []\n}')],
    ),
    (
        {"role": "tool", "tool_call_id": "c1", "content": "4"},
        "tool",
        [Piece(kind="result", about="c1"), text("4")],
    ),
    ({"role": "user", "name": "Ann", "content": [FAR]}, "user, Ann", [Piece(kind="image", text="https://x/y.png")]),
    ({"role": "user", "content": [SOUND]}, "user", [Piece(kind="audio", text="data:audio/mp3;base64,AA")]),
    (
        {"type": "function_call", "name": "f", "arguments": "{", "call_id": "d"},
        "assistant",
        [Piece(kind="call", about="f · d", text="{")],
    ),
    (
        {"type": "function_call_output", "call_id": "d", "output": "5"},
        "tool",
        [Piece(kind="result", about="d"), text("5")],
    ),
    # Anthropic
    (
        {"role": "assistant", "content": [{"type": "text", "text": "See:"}, USE]},
        "assistant",
        [text("See:"), Piece(kind="call", about="f · t", text='{\n  "q": 1\n}')],
    ),
    (
        {"role": "user", "content": [RESULT]},
        "user",
        [
            Piece(kind="result", about="t"),
            Piece(kind="image", text="data:image/png;base64,AAAA"),
            Piece(kind="json", text='{\n  "is_error": true\n}'),
        ],
    ),
    # others
    ({"from": "human", "value": "Hi"}, "human", [text("Hi")]),
    (
        {"role": "user", "content": "Hi", "mood": 3},
        "user",
        [text("Hi"), Piece(kind="json", text='{\n  "mood": 3\n}')],
    ),
    ("only text", "", [text("only text")]),
    (7, "", [Piece(kind="json", text="7")]),
]


@pytest.mark.parametrize(("message", "who", "pieces"), SAID)
def test_a_message_is_read_whoever_wrote_it(message: Any, who: str, pieces: list[Piece]) -> None:
    (turn,) = turns([message])
    assert (turn.who, list(turn.pieces)) == (who, pieces)


def test_a_conversation_keeps_what_stands_beside_its_messages() -> None:
    found = turns({"system": "Be kind.", "messages": [{"role": "user", "content": "Hi"}], "tools": [{"name": "f"}]})
    assert [turn.who for turn in found] == ["system", "user", ""]
    assert json.loads(found[2].pieces[0].text) == {"tools": [{"name": "f"}]}


def test_arguments_are_laid_out_only_where_that_changes_nothing() -> None:
    call = {"type": "function_call", "name": "f", "arguments": '{"n": 1.00000000000000000001}'}
    assert turns([call])[0].pieces[0].text == call["arguments"]


def test_a_is_what_stands_first_whichever_that_is() -> None:
    form = Pick((Option("first", "The old"), Option("second", "The new"), Option("tie", "Neither")))
    seen = [[(one.text, one.value) for one in lettered(form, swapped=swapped).options] for swapped in (False, True)]  # type: ignore[attr-defined]
    assert seen == [
        [("A", "first"), ("B", "second"), ("Neither", "tie")],
        [("A", "second"), ("B", "first"), ("Neither", "tie")],
    ]
    assert 400 < sum(swapped_of(f"task {at}") for at in range(1000)) < 600
    assert swapped_of("task 1") == swapped_of("task 1")
