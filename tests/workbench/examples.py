"""A project of every answer kind, with inputs for it."""

import base64
import struct
import zlib
from typing import Any

import yaml

from gt_platform.answers import kinds
from gt_platform.project import Project
from tests.support.backends import REPOSITORY

FOLDER = REPOSITORY / "projects" / "sentiment"
GUIDELINE = (FOLDER / "guidelines.md").read_text("utf-8")
DECLARED: dict[str, Any] = yaml.safe_load((FOLDER / "project.yaml").read_text("utf-8"))
SENTIMENT: dict[str, Any] = DECLARED["answer"]


def project(name: str, answer: dict[str, Any] = SENTIMENT, *, guidelines: str = GUIDELINE, **more: Any) -> Project:
    """The project of the repository with another answer; `labeling` adds to its part of that name."""
    kind = kinds()[answer["kind"]].model_validate({key: value for key, value in answer.items() if key != "kind"})
    labeling = {"backend": "workbench", "overlap": 1, "batch": 10, **more.pop("labeling", {})}
    measured = kind.judgements() if more.get("ask") == "about the output" else kind.metrics()  # type: ignore[attr-defined]
    benchmark = {"metrics": list(measured)[:1], "slices": []}
    made = {"name": name, "answer": answer, "labeling": labeling, "gates": {}, "benchmark": benchmark}
    made |= {"candidates": {}, "splits": {}, **more}
    return Project.model_validate(DECLARED | made | {"guidelines": guidelines})


def scale(*steps: str) -> dict[str, Any]:
    """An ordered scale without definitions."""
    return {"scale": dict.fromkeys(steps, "")}


def picture(width: int = 320, height: int = 200) -> str:
    """A PNG with a disc and a rectangle, as a data: address."""

    def color(x: int, y: int) -> tuple[int, int, int]:
        if (x - 90) ** 2 + (y - 110) ** 2 < 2500:
            return 190, 120, 60
        return (90, 130, 160) if 190 < x < 290 and 60 < y < 150 else (235, 232, 225)

    rows = b"".join(b"\0" + bytes(part for x in range(width) for part in color(x, y)) for y in range(height))
    parts = {b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT": zlib.compress(rows), b"IEND": b""}
    made = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts.items()
    )
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + made).decode()


ADA = "Ada 👩‍👧 Lovelace wrote about Babbage's engine in London."
TOPICS = {"sport": "games and athletes", "politics": "states, parties, votes", "money": "markets and prices"}
HARM = {"none": "no harm", "slight": "annoying", "serious": "costs money", "critical": "hurts somebody"}
NAMES = {"person": "somebody with a name", "place": "a place", "machine": ""}
THINGS = {"disc": "anything round", "block": "anything with corners"}
PAIR = {"question": "Is it open on Sunday?", "first": "Yes, from ten to four.", "second": "Opening hours vary."}
SIDES: list[dict[str, Any]] = [
    {"field": "input.question"},
    {"field": "input.first", "side": "first", "form": "markdown"},
    {"field": "input.second", "side": "second", "form": "markdown"},
]
CHAT = [{"role": "user", "content": "I was charged twice."}, {"role": "agent", "content": "I have sent it back."}]
CRITERIA = {"clear": scale("no", "partly", "yes"), "polite": scale("no", "yes")}
WANTED: dict[str, Any] = {
    "wants": {"kind": "choice", "labels": {"help": "to be told how", "refund": "money back"}},
    "tone": {"kind": "ordinal", "question": "How angry are they?", **scale("calm", "cross", "furious")},
    "about": {"kind": "choices", "labels": {"bill": "", "parcel": "late or broken"}, "minimum": 1, "maximum": 2},
    "amount": {
        "kind": "number", "question": "How much?", "minimum": 0, "maximum": 500, "unit": "€",
        "when": {"wants": "refund", "about": "bill"},
    },
    "words": {"kind": "text", "question": "In one sentence", "longest": 200},
}  # fmt: skip
REPLY = """### What I found

You were charged **twice**, and I have sent the second payment back.

| payment | amount | now |
|-|-|-|
| 1 | 20 € | kept |
| 2 | 20 € | *sent back* |

It takes three days: [our terms](https://shop.example/terms).
"""
CALL = {"id": "c1", "function": {"name": "find_payments", "arguments": '{"order": 4711, "days": 30}'}}
JUDGED = {
    "input": {
        "messages": [
            {"role": "user", "content": "I was charged twice for order 4711.\nCan I have the second payment back?"},
            {"role": "assistant", "content": None, "tool_calls": [CALL]},
            {"role": "tool", "tool_call_id": "c1", "content": "[[1, 20.00], [2, 20.00]]"},
        ],
        "order": "https://shop.example/orders/4711",
    },
    "output": {"text": REPLY},
}
REPLIES: dict[str, Any] = {
    "answer": {"kind": "choice", "labels": {"solved": "what was asked is done or answered", "not solved": "it is not"}},
    "question": "Does the reply solve what was asked?",
    "ask": "about the output",
    "guidelines": "# Solved or not\n\nJudge the **reply**, not the customer.\n\n"
    "1. Read the conversation, what tools found as well.\n2. *Solved* is what the customer can leave alone now.\n",
    "show": [
        {"field": "input.messages", "heading": "Conversation", "form": "chat"},
        {"field": "output.text", "heading": "Reply", "form": "markdown"},
        {"field": "input.order", "form": "link"},
    ],
}
MATTERS = {
    "account": {"access": "passwords, locked accounts", "changes": ""},
    "payment": {"charge": "a sum that was taken", "refund": {"late": "promised, and did not come"}},
    "else": "none of these",
}
KINDS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "choice": ("What is the writer's attitude in this text?", SENTIMENT, "The plot is thin, but I laughed throughout."),
    "choices": ("What is this text about?", {"labels": TOPICS, "minimum": 1, "maximum": 2}, "The final was dear."),
    "ordinal": ("How bad is the harm?", {"scale": HARM}, "The charger got so hot that it burned my hand."),
    "preference": ("Which answer helps more?", {"names": {"first": "The first", "second": "The second"}}, PAIR),
    "ranking": ("What should be mended first?", {"options": {"price": "", "speed": "how long", "help": ""}}, CHAT),
    "number": ("How many people are meant?", {"minimum": 0, "maximum": 100, "unit": "people"}, "The four of us went."),
    "text": ("What does the writer ask for?", {"longest": 300}, "Could you maybe open the other door as well?"),
    "rubric": ("How good is the reply?", {"criteria": CRITERIA}, CHAT),
    "form": ("What does the customer want?", {"parts": WANTED}, "I was charged 20 € twice, and want it back."),
    "spans": ("Which names are in the text?", {"labels": NAMES}, ADA),
    "tree": ("What is it about?", {"labels": MATTERS}, "I was charged twice."),
    "boxes": ("Where are things?", {"labels": THINGS}, {"image": picture(), "caption": "Two things"}),
}  # fmt: skip

FILLED: dict[str, tuple[dict[str, str], Any]] = {
    "choice": ({"a": "2"}, "positive"),
    "choices": ({"a.0": "on", "a.2": "on"}, ["money", "sport"]),
    "ordinal": ({"a": "3"}, "critical"),
    "preference": ({"a": "0"}, "first"),
    "ranking": ({"a.0": "2", "a.1": "3", "a.2": "1"}, ["help", "price", "speed"]),
    "number": ({"a": "4"}, 4.0),
    "text": (
        {"a.0": "Open the door.\r\nPlease.", "a.1": "", "a.2": "Open it."},
        ["Open the door.\nPlease.", "Open it."],
    ),
    "rubric": ({"a.0": "1", "a.1": "1"}, {"clear": "partly", "polite": "yes"}),
    "tree": ({"a": "3"}, "payment/refund/late"),
    "form": (
        {"a.0": "1", "a.1": "0", "a.2.0": "on", "a.2.1": "on", "a.3": "20", "a.4.0": "to have 20 € back"},
        {"wants": "refund", "tone": "calm", "about": ["bill", "parcel"], "amount": 20.0, "words": "to have 20 € back"},
    ),
    "spans": ({"a": '[{"start": 0, "end": 3, "label": "person"}]'}, [{"start": 0, "end": 3, "label": "person"}]),
    "boxes": (
        {"a": '[{"x": 40, "y": 60, "width": 100, "height": 100, "label": "disc"}]'},
        [{"x": 40.0, "y": 60.0, "width": 100.0, "height": 100.0, "label": "disc"}],
    ),
}
"""The fields of a page without scripts, and the answer they are."""


def one_of_each(**more: Any) -> list[Project]:
    """A project of each kind, named after it."""
    return [
        project(name, {**answer, "kind": name}, question=question, **more)
        for name, (question, answer, _) in KINDS.items()
    ]


def shown_to(kind: str) -> Any:
    """An input fit for the kind."""
    return KINDS[kind][2]
