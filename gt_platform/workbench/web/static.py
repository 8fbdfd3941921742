"""Files that are the same for everybody: styles, scripts, and htmx out of its wheel. Only those listed here exist."""

import importlib.util
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gt_platform.canonical import digest

FOLDER = Path(__file__).with_name("static")
FORMS = Path(__file__).with_name("forms")
HTMX = Path("static", "django_htmx", "htmx-2.min.js")


@dataclass(frozen=True, kw_only=True)
class File:
    """A file as it is sent; `tag` is a digest of its content."""

    content: bytes
    kind: str
    tag: str


@dataclass(frozen=True)
class Static:
    """All of them, read once."""

    files: dict[str, File]

    @classmethod
    def load(cls) -> "Static":
        """Those of the package, htmx as htmx.js, and forms.js, which names the scripts of the forms."""
        scripts = sorted(FORMS.glob("*.js"))
        files = {file.name: _file(file.name, file.read_bytes()) for file in (*sorted(FOLDER.iterdir()), *scripts)}
        made = {"htmx.js": _htmx().read_bytes(), "forms.js": _all_of([file.stem for file in scripts])}
        return cls(files | {name: _file(name, content) for name, content in made.items()})

    def url(self, name: str) -> str:
        """Its address, which changes with its content."""
        return f"/static/{name}?v={self.files[name].tag}"


def send(request: Request) -> Response:
    """GET /static/{name}: for ever where the address holds the file's digest, else checked for a change each time."""
    static: Static = request.app.state.static
    file = static.files.get(request.path_params["name"])
    if file is None:
        raise HTTPException(404, "There is no such file.")
    fixed = request.query_params.get("v") == file.tag
    keeping = "public, max-age=31536000, immutable" if fixed else "no-cache"
    headers = {"Cache-Control": keeping, "ETag": f'"{file.tag}"'}
    if f'"{file.tag}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.kind, headers=headers)


def _file(name: str, content: bytes) -> File:
    kind = mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream"
    return File(content=content, kind=kind, tag=digest(content, 16))


def _all_of(names: list[str]) -> bytes:
    imports = "".join(f'import * as {name} from "./{name}.js";\n' for name in names)
    return f"{imports}export const SCRIPTS = {{ {', '.join(names)} }};\n".encode()


def _htmx() -> Path:
    found = importlib.util.find_spec("django_htmx")  # finding it imports neither it nor Django
    if found is None or found.origin is None:
        raise RuntimeError("htmx is missing: it comes with the package django-htmx")
    return Path(found.origin).parent / HTMX
