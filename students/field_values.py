"""What a district's own field may hold: one canonical text for each kind, checked on the way in, readable for good."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dates import day_in_record
from students.models import CustomField
from students.models.custom import LONGEST_VALUE

Kind = CustomField.Kind
NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?")
YES, NO = "yes", "no"
FIRST_YEAR, LAST_YEAR = 1900, 2100


class WrongValue(ValueError):
    """The value does not fit the field; the first argument says why."""


def canonical(field: CustomField, given: Any, *, before: str = "") -> str:
    """The text under which a value is kept; empty for none. What is kept already stays valid. Raises WrongValue."""
    text = _as_text(given)
    if not text:
        if field.is_required:
            raise WrongValue(_("The district asks for this field."))
        return ""
    if text == before:
        return text
    if len(text) > LONGEST_VALUE:
        raise WrongValue(_("Enter at most 2,000 characters."))
    return CHECKS[Kind(field.kind)](field, text)


def _as_text(given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return YES if given else NO
    if isinstance(given, date):
        return given.isoformat()
    return str(given).strip()


def _text(_field: CustomField, text: str) -> str:
    return text


def _number(_field: CustomField, text: str) -> str:
    if not NUMBER.fullmatch(text):
        raise WrongValue(_("Enter a number such as 12 or 3.5."))
    return f"{Decimal(text).normalize():f}"


def _date(_field: CustomField, text: str) -> str:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise WrongValue(_("Enter a date."))
    return day.isoformat()


def _yes_no(_field: CustomField, text: str) -> str:
    if text not in {YES, NO}:
        raise WrongValue(_("Choose yes or no."))
    return text


def _choice(field: CustomField, text: str) -> str:
    if text not in field.choices:
        raise WrongValue(_("Choose one of the list."))
    return text


CHECKS = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
}


def in_words(field: CustomField, value: str) -> str:
    """A kept value as people read it."""
    if field.kind == Kind.YES_NO and value:
        return gettext("Yes") if value == YES else gettext("No")
    if field.kind == Kind.DATE and (day := parse_date(value)):
        return day_in_record(day)
    return value
