"""What is said on `/ws/texts/<id>/`, read strictly and written once for all who are told."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from coediting import delta
from coediting.models import Ops
from coediting.refusals import BadOperation, RateLimited, TooLarge, refusing
from core.errors import SpedError

LONGEST_FRAME_BYTES = 65_536
CHANGE_ID = re.compile(r"[\x21-\x7e]{1,64}")


class Unreadable(BadOperation):
    """A frame that is none of the contract's. The socket closes."""

    close_code = 4400
    message = _("This frame could not be read.")


class FrameTooLarge(TooLarge):
    """A frame of more than 64 KB. The socket closes."""

    close_code = 1009
    message = _("A frame has at most 64 KB.")


class NotJoined(BadOperation):
    """A change before the text was joined."""

    message = _("Join the text first.")


class Flood(RateLimited):
    """A client that does not stop when it is told that it says too much. The socket closes."""

    close_code = 4429


class TooManySockets(SpedError):
    """More open texts than one person may have."""

    code = "rate_limited"
    status = 429
    message = _("You have too many texts open. Close some of them.")
    close_code = 4429


class TooSlow(SpedError):
    """The client did not take what was sent."""

    code = "too_slow"
    status = 408
    message = _("This connection is too slow. Connect again.")
    close_code = 4408


@dataclass(frozen=True, slots=True)
class Join:
    """A client begins, or goes on from a version that it holds."""

    version: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change made on top of a version."""

    id: str
    version: int
    ops: Ops


@dataclass(frozen=True, slots=True)
class Cursor:
    """The selection of a client."""

    version: int
    index: int
    length: int


class Refused(SpedError):
    """A change that cannot be taken, with its id: the client is told of which one."""

    def __init__(self, change_id: str, error: SpedError) -> None:
        self.change_id = change_id
        self.error = error
        super().__init__()


def parse(text: str | None) -> Join | Change | Cursor:
    """Read one frame. Raises Unreadable or FrameTooLarge, and Refused for a change of which only the id is good."""
    if text is None:
        raise Unreadable(_("Frames are text."))
    if len(text) > LONGEST_FRAME_BYTES or (
        not text.isascii() and len(text.encode("utf-8", "surrogatepass")) > LONGEST_FRAME_BYTES
    ):
        raise FrameTooLarge
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("A frame is one JSON object.")) from error
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "change":
        return _proposal(content)
    if kind == "cursor":
        return Cursor(_number(content, "version"), _number(content, "index"), _number(content, "length"))
    if kind == "join":
        return Join(_number(content, "version") if content.get("version") is not None else None)
    raise Unreadable(_("A frame is of the type join, change or cursor."))


def _proposal(content: dict[str, Any]) -> Change:
    change_id, version = content.get("id"), content.get("version")
    ops: Any = content.get("ops")  # until it is checked
    if not isinstance(change_id, str) or not CHANGE_ID.fullmatch(change_id):
        raise Refused("", BadOperation(details={"reason": "an id has 1 to 64 printable characters"}))
    if type(version) is not int or version < 0:
        raise Refused(change_id, BadOperation(details={"reason": "a version is a whole number"}))
    try:
        with refusing():
            delta.check(ops)
    except SpedError as error:
        raise Refused(change_id, error) from error
    return Change(change_id, version, ops)


def _number(content: dict[str, Any], name: str) -> int:
    value = content.get(name)
    if type(value) is not int or not 0 <= value <= delta.LONGEST_TEXT * 1_000:
        raise Unreadable(_("A version or a place in a text is a whole number."))
    return value


# --- What the server says


_encoder = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def dumps(content: Any) -> str:
    """JSON without spaces."""
    return _encoder.encode(content)


def change_line(change_id: str, by: str, at: str, ops_text: str) -> str:
    """One committed change; `ops_text` is JSON already."""
    return f'{{"id":{json.dumps(change_id)},"by":{json.dumps(by)},"at":"{at}","ops":{ops_text}}}'


def changes_frame(version: int, lines: Iterable[str]) -> str:
    """Committed changes in order; the last of them made `version`."""
    return f'{{"type":"changes","version":{version},"changes":[{",".join(lines)}]}}'


def joined_frame(
    *,
    version: int,
    ops: Ops | None,
    may_edit: bool,
    you: dict[str, Any],
    people: Sequence[dict[str, Any]],
    closed: Mapping[str, Any] | None = None,
) -> str:
    """The answer to `join`: the whole text unless the client goes on from what it has.

    `closed` says why a locked text is locked.
    """
    frame: dict[str, Any] = {"type": "joined", "version": version}
    if ops is not None:
        frame["ops"] = ops
    if closed is not None:
        frame["closed"] = closed
    return dumps({**frame, "may_edit": may_edit, "you": you, "people": people})


def ack_frame(change_id: str, version: int) -> str:
    """The answer to a change that came again."""
    return dumps({"type": "ack", "id": change_id, "version": version})


def error_frame(error: SpedError, change_id: str | None = None) -> str:
    """A refusal."""
    return dumps({"type": "error", "id": change_id, **error.as_dict()})


def people_frame(people: Sequence[dict[str, Any]]) -> str:
    """Who is at the text."""
    return dumps({"type": "people", "people": people})


def cursors_frame(cursors: Sequence[dict[str, Any]]) -> str:
    """Selections that moved."""
    return dumps({"type": "cursors", "cursors": cursors})
