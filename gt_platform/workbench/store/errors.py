"""What a person is told when what they ask for cannot be done."""

from gt_platform.errors import GroundTruthError


class WorkError(GroundTruthError):
    """A request that is refused; the message is fit for the person, `status` the HTTP status to answer with."""

    def __init__(self, message: str, status: int = 409) -> None:
        super().__init__(message)
        self.status = status
