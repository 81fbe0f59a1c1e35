"""One family of refusals: a code for programs, a message for people; HTML, JSON and sockets show the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Message = str | Promise


class SpedError(Exception):
    """A refusal that a person may read. Subclass it beside the function that raises it."""

    code = "error"
    status = 400
    message: Message = _("This could not be done.")

    def __init__(
        self,
        message: Message | None = None,
        *,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.text: Message = self.message if message is None else message
        self.details: dict[str, Any] = dict(details or {})
        super().__init__(self.code)  # the text may name a student: it never enters a traceback

    def in_words(self) -> str:
        """All that a person reads of it, as one text: for a command line."""
        return str(self.text)

    def as_dict(self) -> dict[str, Any]:
        """`{"code", "message", "status", "details"}`, the one shape of an error everywhere."""
        return {
            "code": self.code,
            "message": str(self.text),
            "status": self.status,
            "details": self.details,
        }


class NotFound(SpedError):
    """No such thing, or not yours to know of: the same answer."""

    code = "not_found"
    status = 404
    message = _("There is nothing here, or it is not shared with you.")


class NotAllowed(SpedError):
    """You may see the record but not do this with it."""

    code = "not_allowed"
    status = 403
    message = _("You may see this record, but you may not do this with it.")


class NotSignedIn(SpedError):
    """Nobody is signed in, or the token is wrong, ended or revoked."""

    code = "not_signed_in"
    status = 401
    message = _("Sign in to continue.")


class Conflict(SpedError):
    """Somebody else was first, or the record is not in a state that allows this."""

    code = "conflict"
    status = 409
    message = _("Somebody changed this meanwhile. Look at the newest version and try again.")


class PreconditionFailed(SpedError):
    """The caller's `If-Match` names another version than the newest."""

    code = "precondition_failed"
    status = 412
    message = _("This was changed since you read it. Read it again and repeat your change.")


class Invalid(SpedError):
    """What was sent cannot be used. `details["fields"]` says which field and why."""

    code = "invalid"
    status = 422
    message = _("Some of what you entered needs another look.")

    def __init__(
        self,
        message: Message | None = None,
        *,
        fields: Mapping[str, Sequence[Message]] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        merged = dict(details or {})
        if fields:
            merged["fields"] = {name: [str(text) for text in texts] for name, texts in fields.items()}
        super().__init__(message, details=merged)

    @property
    def fields(self) -> dict[str, list[str]]:
        """Messages by field name; what belongs to no field stands under `__all__`."""
        found = self.details.get("fields", {})
        return found or {NON_FIELD_ERRORS: [str(self.text)]}

    def in_words(self) -> str:
        """What is wrong with each field, one after the other."""
        return " ".join(text for texts in self.fields.values() for text in texts)


def from_validation_error(error: ValidationError) -> Invalid:
    """Django's own validation error in our shape."""
    if hasattr(error, "error_dict"):
        return Invalid(fields=error.message_dict)
    return Invalid(fields={NON_FIELD_ERRORS: list(error.messages)})
