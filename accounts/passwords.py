"""Which passwords are refused beyond those that are short (R1): what everybody tries first, however it is dressed."""

import re
from functools import lru_cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEET = str.maketrans("013457@$!8", "oleastasib")
ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890123456789")
OURS = frozenset({"throughline", "specialeducation", "schooldistrict", "welcome", "changeme", "letmein"})
FEWEST_CHARACTERS = 5
LONGEST_UNIT = 6
SHORTEST_RUN = 4


class GuessablePasswordValidator:
    """Refuse a common word with figures or signs around it, one repeated, and runs along the keyboard."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for what is guessed first."""
        if is_guessable(password):
            raise ValidationError(
                _("This password is one of those that are guessed first. Four words together are better."),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """What the form says beside the field."""
        return _("Four words together are better than one word with figures.")


def is_guessable(password: str) -> bool:
    """Whether a password is among what is guessed first, whatever its length."""
    plain = password.casefold()
    if len(set(plain)) < FEWEST_CHARACTERS or _is_runs(plain):
        return True
    for text in (plain, plain.translate(LEET)):
        word = re.sub(r"^[^a-z]+|[^a-z]+$", "", text)
        if _unit(word) in _common() or _unit(text) in _common():
            return True
    return False


def _unit(text: str) -> str:
    """What a text repeats, or the text itself."""
    match = re.fullmatch(r"(.+?)\1+", text)
    return match[1] if match else text


def _is_runs(text: str) -> bool:
    """Whether nothing is left of a text without runs along the alphabet, the keyboard or the figures."""
    if (unit := _unit(text)) != text and len(unit) <= LONGEST_UNIT:
        return True
    at = 0
    while at < len(text):
        length = max(_run(text[at:], row) for row in (*ROWS, *(row[::-1] for row in ROWS)))
        if length < SHORTEST_RUN:
            return False
        at += length
    return True


def _run(text: str, row: str) -> int:
    """How many of the first characters of a text stand next to each other in a row."""
    length = 0
    while length < len(text) and text[: length + 1] in row:
        length += 1
    return length


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords) | OURS
