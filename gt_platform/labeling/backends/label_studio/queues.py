"""Label Studio's projects as people's queues: found again by a mark in their description, made if there is none."""

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from gt_platform.canonical import digest
from gt_platform.labeling.backends.label_studio.client import Client, Json, RefusedError
from gt_platform.labeling.base import BackendError
from gt_platform.labeling.dealing.refs import Sealer

MARK = re.compile(r"\[gt ([a-z0-9_]+) ([0-9a-f]{16}) ([0-9a-f]{12}) ([0-9a-f]{12})\]")
LONGEST_TITLE = 50


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A Label Studio project of ours: whose it is, as `place_mark` says it, the version of its settings, its size."""

    project_id: int
    place: str
    version: str
    size: int


def queues(client: Client, project: str, sealer: Sealer) -> list[Queue]:
    """The queues of a project, the oldest first. Raises BackendError if they were made with another key."""
    found = []
    for one in client.projects():
        mark = MARK.search(one["description"] or "")
        if mark is not None and mark[1] == project:
            if mark[4] != sealer.fingerprint:
                raise BackendError(
                    f"Label Studio's project {one['id']}, {one['title']!r}, holds work sent with another key: "
                    "restore the key's file (labeling.options.key), or delete that project if nobody needs its answers"
                )
            found.append(Queue(project_id=one["id"], place=mark[2], version=mark[3], size=one["task_number"] or 0))
    return sorted(found, key=lambda queue: queue.project_id)


def place_mark(sealer: Sealer, project: str, place: str) -> str:
    """What stands for somebody's place in a mark."""
    return sealer.digest(f"{project}\n{place}")[:16]


def settings(
    title: str, config: str, guidelines: str, notice: str, *, suggestions: bool, empty: bool, shared: bool
) -> Json:
    """A queue's settings. Guidelines are Markdown without HTML, the notice stands before them.

    `suggestions`: they are shown; `empty`: nothing may be handed in; `shared`: what one skips, another is shown.
    """
    from markdown_it import MarkdownIt

    shown = f"<p><b>{html.escape(notice)}</b></p>" if notice else ""
    shown += MarkdownIt("commonmark", {"html": False}).render(guidelines)
    return {
        "title": title[:LONGEST_TITLE],
        "label_config": config,
        "expert_instruction": shown,
        "show_instruction": bool(shown),
        "show_skip_button": True,
        "enable_empty_annotation": empty,
        "show_collab_predictions": suggestions,
        "maximum_annotations": 1,
        "sampling": "Sequential sampling",
        "skip_queue": "REQUEUE_FOR_OTHERS" if shared else "IGNORE_SKIPPED",
    }


def made(client: Client, found: Iterable[Queue], project: str, place: str, wanted: Json, sealer: Sealer) -> int:
    """The id of the queue with these settings, changed or made if there is none. Raises BackendError.

    A queue whose answers do not fit new settings keeps them, and a new one is made beside it.
    """
    mine = [queue for queue in found if queue.place == place_mark(sealer, project, place)]
    version = digest(json.dumps(wanted, sort_keys=True), 12)
    for queue in mine:
        if queue.version == version:
            return queue.project_id
    mark = f"[gt {project} {place_mark(sealer, project, place)} {version} {sealer.fingerprint}]"
    marked = {**wanted, "description": f"Filled and read by gt_platform, which finds it by this: {mark}"}
    if mine:
        try:
            client.change_project(mine[-1].project_id, marked)
        except RefusedError:
            return client.make_project(marked)
        return mine[-1].project_id
    return client.make_project(marked)
