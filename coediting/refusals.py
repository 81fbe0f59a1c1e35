"""What a text answers to a change that it does not take: the codes of the contract, the same everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from coediting import delta
from core.errors import Conflict, SpedError

FURTHEST_BEHIND = 10_000  # changes that a client may have missed and still go on from where it was


class BadOperation(SpedError):
    """The operations are not what the contract says, or do not fit the text."""

    code = "bad_operation"
    status = 422
    message = _("This change does not fit the text.")


class NoSuchVersion(BadOperation):
    """A version that was never committed."""

    def __init__(self) -> None:
        super().__init__(details={"reason": "there is no such version"})


class TooLarge(SpedError):
    """A frame, a change or the text that it would make is larger than it may be."""

    code = "too_large"
    status = 413
    message = _("This is more than a text takes at once.")


class TooFarBehind(Conflict):
    """The client has missed so much that it reads the whole text again."""

    code = "too_far_behind"
    message = _("This text has changed too much since you read it. It is loaded again.")


class Locked(Conflict):
    """The text was approved or put away."""

    code = "locked"
    message = _("This text is locked. It changes no more.")


class RateLimited(SpedError):
    """More than 200 changes a second."""

    code = "rate_limited"
    status = 429
    message = _("That is too much at once. Wait a moment.")


@contextmanager
def refusing() -> Iterator[None]:
    """Say a refusal of the algebra in our shape. Raises BadOperation, TooLarge."""
    try:
        yield
    except delta.TooLarge as error:
        raise TooLarge(details={"reason": error.reason}) from error
    except delta.BadOperation as error:
        raise BadOperation(details={"reason": error.reason}) from error
