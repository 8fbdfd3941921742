"""A catalog that is not there is named in a sentence, and its password is not."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from gt_platform.lake import Lake, LakeError
from gt_platform.settings import Settings


@pytest.mark.parametrize("read_only", [False, True])
def test_a_postgres_that_does_not_answer(tmp_path: Path, *, read_only: bool) -> None:
    catalog = SecretStr("postgres:host=127.0.0.1 port=1 dbname=gt user=gt password=s3cret")
    with pytest.raises(LakeError, match="PostgreSQL") as caught:
        Lake.open(Settings(home=tmp_path, catalog=catalog, data=str(tmp_path)), read_only=read_only)
    assert "s3cret" not in str(caught.value)
