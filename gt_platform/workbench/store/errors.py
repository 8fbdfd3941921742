"""What is said when what was asked for cannot be done, or the store cannot be used."""

from gt_platform.errors import GroundTruthError


class WorkError(GroundTruthError):
    """A request that is refused; the message is fit for whoever asked, `status` the HTTP status to answer with."""

    def __init__(self, message: str, status: int = 409) -> None:
        super().__init__(message)
        self.status = status


class DatabaseError(GroundTruthError):
    """The store cannot be used; the message says why. The transaction it happened in left nothing behind."""
