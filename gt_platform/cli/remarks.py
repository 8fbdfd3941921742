"""What a command says of its input beside the result: on the terminal's error side, so that pipes stay clean."""

from gt_platform.cli.app import errors


def remark(sentence: str) -> None:
    """Say one sentence. Names and labels are data: never read as markup."""
    errors.print(f"! {sentence}", style="yellow", markup=False, highlight=False, soft_wrap=True)
