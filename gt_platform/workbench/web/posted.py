"""What a page sends, read strictly: what cannot be read exactly is refused, never guessed."""

from urllib.parse import parse_qsl

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

LARGEST = 1024 * 1024
FIELDS = 10_000
PATIENCE = 15.0  # seconds a body may take to arrive
URLENCODED = "application/x-www-form-urlencoded"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a POST; line ends as \\n, which forms send as \\r\\n. Raises HTTPException 400, 408 or 413."""
    kind = request.headers.get("content-type", URLENCODED).partition(";")[0].strip().lower()
    body = await _body(request)
    if body and kind != URLENCODED:
        raise HTTPException(400, f"A form comes as {URLENCODED}, not as {kind or 'nothing named'}.")
    return parse(body)


def parse(body: bytes) -> dict[str, str]:
    """The fields of a body. Raises HTTPException 400."""
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise HTTPException(400, "The form cannot be read; nothing was saved.") from None
    form = dict(fields)
    if len(form) != len(fields):
        raise HTTPException(400, "The form gives a field twice; nothing was saved.")
    if any("\0" in text for pair in form.items() for text in pair):
        raise HTTPException(400, "The form holds a NUL character, which cannot be kept; nothing was saved.")
    return {name: text.replace("\r\n", "\n") for name, text in form.items()}


async def _body(request: Request) -> bytes:
    declared = request.headers.get("content-length", "0")
    too_large = HTTPException(413, f"That is more than the {LARGEST >> 20} MB a page may send; nothing was saved.")
    if not declared.isdecimal() or len(declared) > 12 or int(declared) > LARGEST:
        raise too_large
    body = bytearray()
    try:
        with anyio.fail_after(PATIENCE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    raise too_large
    except TimeoutError:
        raise HTTPException(408, "The form did not arrive in time; nothing was saved.") from None
    except ClientDisconnect:
        raise HTTPException(400, "The form did not arrive whole; nothing was saved.") from None
    return bytes(body)
