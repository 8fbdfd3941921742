"""What is read of forms and of declared addresses."""

import pytest

from gt_platform.workbench.web.posted import parse
from gt_platform.workbench.web.security import OriginError, Site


@pytest.mark.parametrize(
    "url",
    [
        "label.example",
        "ftp://x",
        "https://",
        "https://x/path",
        "https://x?y",
        "https://u@x",
        "https://x y",
        "https://x;",
        "https://x:y",
        "https://x'",
    ],
)
def test_what_is_no_address_is_not_taken_for_one(url: str) -> None:
    with pytest.raises(OriginError, match="write https://host"):
        Site.at(url)
    with pytest.raises(OriginError, match="write https://host"):
        Site.at(None, images=[url])


def test_what_was_typed_arrives_as_it_was_typed() -> None:
    assert parse(b"a=%0D%0Ax%0Ay%0D&b=&c=%C3%A9+%2B&d=%F0%9F%98%80&=e") == {
        "a": "\nx\ny\r", "b": "", "c": "é +", "d": "😀", "": "e",
    }  # fmt: skip
    assert parse(b"") == {}
