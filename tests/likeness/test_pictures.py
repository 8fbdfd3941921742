"""Pictures by what they look like."""

import base64
import io

import numpy as np
from PIL import Image

from gt_platform.likeness import near, text_in


def inline(picture: Image.Image, form: str = "PNG", **options: int) -> str:
    written = io.BytesIO()
    picture.save(written, form, **options)
    return f"data:image/{form.lower()};base64,{base64.b64encode(written.getvalue()).decode()}"


def scene(seed: int) -> Image.Image:
    """A surface of eight by eight patches, smoothed."""
    patches = np.random.default_rng(seed).integers(0, 255, (8, 8), dtype=np.uint8)
    return Image.fromarray(patches).resize((160, 120), Image.Resampling.BICUBIC).convert("RGB")


def test_a_smaller_recompressed_copy_is_near_and_another_picture_is_not() -> None:
    kept = text_in({"photo": inline(scene(1))})
    copy = text_in({"photo": inline(scene(1).resize((97, 71)), "JPEG", quality=40)})
    assert near(kept, copy) == 1
    assert kept.same != copy.same
    assert [near(kept, text_in({"photo": inline(scene(seed))})) for seed in range(2, 40)] == [None] * 38


def test_what_is_no_picture_or_an_even_one_is_like_nothing() -> None:
    even = inline(Image.new("RGB", (40, 40), "white"))
    broken = [even[:60], "data:image/png;base64,AAAA", "data:image/png;base64,!!", even]
    assert [text_in(one).pictures for one in broken] == [(None,)] * 4
    assert near(text_in(even), text_in(broken[1])) is None
    assert text_in("https://example.org/photo.png").pictures == ()
