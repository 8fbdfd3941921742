"""`gt workbench`: the built-in labeling pages. Who may sign in to them is in users.py."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from gt_platform.cli.app import Host, Port, UsageError, app, errors, out, projects_named, settings

if TYPE_CHECKING:
    from gt_platform.workbench.store.database import Database


@app.command()
def workbench(
    host: Host = "127.0.0.1",
    port: Port = 8080,
    public_url: Annotated[
        str | None, typer.Option(help="How people reach it behind a proxy that speaks TLS: https://label.example")
    ] = None,
) -> None:
    """The built-in labeling pages, for every project whose labeling.backend is workbench."""
    from gt_platform.workbench.accounts import people
    from gt_platform.workbench.web.reloading import workbench_projects
    from gt_platform.workbench.web.security import LOOPBACK
    from gt_platform.workbench.web.serve import serve

    served = workbench_projects(projects_named([]).projects)
    if not served:
        raise UsageError(f"no project in {settings().projects} has `backend: workbench` under labeling")
    if host not in LOOPBACK:
        errors.print(
            f"[yellow]{host}:{port} is open to others, and passwords cross the network as they are: "
            "put a proxy that speaks TLS in front of it, and name that with --public-url.[/]"
        )
    with store() as database, database.read() as connection:
        if not any(each.active for each in people.everybody(connection)):
            out.print("Nobody can sign in yet: [bold]gt users add NAME --role annotator[/]")
    serve(settings(), served, host=host, port=port, public_url=public_url, started=_say(sorted(served)))


@contextmanager
def store() -> "Iterator[Database]":
    """The workbench's store, for as long as a command runs."""
    from gt_platform.workbench.store.database import Database
    from gt_platform.workbench.store.place import Place

    database = Database.open(Place(home=settings().home).url)
    try:
        yield database
    finally:
        database.close()


def _say(names: list[str]) -> Callable[[str], None]:
    return lambda url: out.print(f"{', '.join(names)} at [bold]{url}[/]; Ctrl-C ends it", highlight=False)
