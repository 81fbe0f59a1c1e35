"""What a client may say on `/ws/live/`, read strictly. Whatever cannot be read is a BadFrame, never a traceback."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import SpedError

LONGEST_FRAME_BYTES = 65_536
MOST_TOPICS = 50  # of one socket
WORDS = frozenset({"watch", "unwatch", "here", "away"})
TOPIC = re.compile(
    r"(?P<noun>[a-z]{1,20})\.(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
)


class BadFrame(SpedError):
    """A frame that is not what the contract says."""

    code = "bad_frame"
    message = _("This frame could not be read.")
    close_code = 4400


class FrameTooLarge(BadFrame):
    """A frame of more than 64 KB."""

    code = "too_large"
    status = 413
    message = _("A frame has at most 64 KB.")


class TooMany(SpedError):
    """More frames, topics or sockets than one client may have."""

    code = "rate_limited"
    status = 429
    message = _("That is too much at once. Wait a moment and connect again.")
    close_code = 4429


class TooSlow(SpedError):
    """The client did not take what was sent."""

    code = "too_slow"
    status = 408
    message = _("This connection is too slow. Connect again.")
    close_code = 4408


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame of a client. `here` is "" when the client has left the page that it was on, None when unsaid."""

    watch: tuple[str, ...] | None = None
    unwatch: tuple[str, ...] = ()
    here: str | None = None
    is_away: bool = False


def parse(text: str | None) -> Frame:
    """Read one frame. Raises BadFrame."""
    if text is None:
        raise BadFrame(_("Frames are text."))
    if len(text) > LONGEST_FRAME_BYTES or len(text.encode("utf-8", "surrogatepass")) > LONGEST_FRAME_BYTES:
        raise FrameTooLarge
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFrame(_("A frame is one JSON object.")) from error
    if not isinstance(content, dict) or not content:
        raise BadFrame(_("A frame is one JSON object."))
    if not content.keys() <= WORDS or ("away" in content and "here" not in content):
        raise BadFrame(_("A frame says watch, unwatch or here."))
    away = content.get("away", False)
    if not isinstance(away, bool):
        raise BadFrame(_("`away` is true or false."))
    return Frame(
        watch=_topics(content["watch"]) if "watch" in content else None,
        unwatch=_topics(content.get("unwatch", [])),
        here=_page(content["here"]) if "here" in content else None,
        is_away=away,
    )


def topic_id(topic: str) -> tuple[str, str] | None:
    """The noun and the id of a topic, or None for what cannot be one."""
    found = TOPIC.fullmatch(topic)
    return (found["noun"], found["id"]) if found else None


def _topics(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(topic, str) for topic in value):
        raise BadFrame(_("Topics are a list of strings."))
    return tuple(dict.fromkeys(value))


def _page(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not value:
        raise BadFrame(_("`here` is the topic of a page."))
    return value
