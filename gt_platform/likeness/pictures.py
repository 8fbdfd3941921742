"""A picture as 64 bits that a smaller, lighter or recompressed copy of it shares: which of two neighbours is brighter.

Only pictures that stand in the data themselves are looked at, as `data:image/…;base64,…`; no address is ever followed.
"""

import base64
import binascii
import io
import re
import warnings

import numpy as np

INLINE = re.compile(r"data:image/(png|jpe?g|gif|webp|bmp);base64,", re.IGNORECASE)
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
SIDE = 8
MOST_PIXELS = 50_000_000  # a picture that claims more is not opened: a kilobyte can claim a billion
MOST_BYTES = 32 << 20
PLAIN = 6
"""Bits that must differ from all others: an even surface has none, and is like every other one."""


def inline(text: str) -> bool:
    """Whether a text is a picture."""
    return INLINE.match(text[:40]) is not None


def looks(text: str) -> int | None:
    """The bits of an inline picture; None where it cannot be read, or is too even to be told from another."""
    from PIL import Image

    try:
        content = base64.b64decode(text[text.index(",") + 1 :], validate=True)
        if len(content) > MOST_BYTES:
            return None
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > MOST_PIXELS:
                return None
            small = picture.convert("L").resize((SIDE + 1, SIDE), Image.Resampling.LANCZOS)
            grey = np.asarray(small, dtype=np.int64)
    except (binascii.Error, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    brighter = (grey[:, 1:] > grey[:, :-1]).ravel()
    if not PLAIN <= int(brighter.sum()) <= brighter.size - PLAIN:
        return None
    return int.from_bytes(np.packbits(brighter).tobytes(), "big")
