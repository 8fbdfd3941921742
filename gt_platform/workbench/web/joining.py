"""The page behind a link, on which somebody chooses their password."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gt_platform.workbench.accounts import invitations, sessions
from gt_platform.workbench.accounts.invitations import InvitationError
from gt_platform.workbench.accounts.people import PeopleError
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.web.accounts import entered, sentence, visited
from gt_platform.workbench.web.render import page


def show(request: Request) -> Response:
    """GET /join/{token}. Looking at it uses nothing up: those who preview links do that, too."""
    return _shown(request)


def join(request: Request) -> Response:
    """POST /join/{token}: the password is theirs, and they are signed in."""
    state, database = request.state, request.app.state.database
    new, token = state.form.get("password", ""), str(request.path_params["token"])
    if new != state.form.get("again", ""):
        return _shown(request, status=422, error="The two passwords differ.")
    try:
        session = invitations.accept(database, token, new, now=state.now)
    except InvitationError as error:
        raise WorkError(sentence(error), 404) from None
    except PeopleError as error:
        return _shown(request, status=422, error=sentence(error))
    if state.session is not None:
        sessions.sign_out(database, state.session)
    return entered(request, RedirectResponse("/", 303), session)


def _shown(request: Request, *, status: int = 200, error: str = "") -> Response:
    try:
        with request.app.state.database.read() as connection:
            one = invitations.invited(connection, str(request.path_params["token"]), now=request.state.now)
    except InvitationError as gone:
        raise WorkError(sentence(gone), 404) from None
    return visited(request, lambda: page(request, "join.html", status=status, name=one.name, error=error))
