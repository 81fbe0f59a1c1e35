"""Small pieces of the interface that templates draw: icons, status shapes, faces, lengths, dates, form controls."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms, template
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import BLANK_CHOICE_DASH
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext

from core.dates import day_in_record, day_nearby

if TYPE_CHECKING:
    from django.contrib.messages.storage.base import Message
    from django.forms.boundfield import BoundField

register = template.Library()

PERCENT = 100
NOON = 12
NEAR_DAYS = 6
STATUSES = ("ok", "watch", "act", "met", "none")
# Every drawing below is a constant of this file: nothing a person typed passes through mark_safe.
GLYPHS = {
    "ok": '<circle cx="6" cy="6" r="5" fill="currentColor"/>',
    "watch": '<path d="M6 .8 11.6 11H.4z" fill="currentColor"/>',
    "act": '<path d="M6 0l6 6-6 6-6-6z" fill="currentColor"/>',
    "met": (
        '<circle cx="6" cy="6" r="5.6" fill="currentColor"/><path d="M3.4 6.2 5.3 8l3.4-4" fill="none" '
        'stroke="var(--surface)" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>'
    ),
    "none": (
        '<circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" stroke-width="1.5" '
        'stroke-dasharray="2.2 2"/>'
    ),
}


@lru_cache(maxsize=1)
def _icons() -> dict[str, str]:
    """The drawings that the front-end build collected, by name."""
    path = Path(settings.BASE_DIR) / "static" / "dist" / "icons.json"
    try:
        drawings: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{path} is missing: build the front end first (node scripts/build-front.mjs)."
        raise ImproperlyConfigured(message) from None
    return drawings


@register.simple_tag
@lru_cache(maxsize=1024, typed=True)  # typed: what is marked safe is equal to what is not
def icon(name: str, size: int = 18, css: str = "", stroke: str = "1.75") -> SafeString:
    """One line icon, drawn inline and hidden from assistive technology; its neighbour says the words."""
    drawing = _icons().get(name)
    if drawing is None:
        message = f"There is no icon named {name!r}."
        raise template.TemplateSyntaxError(message)
    return format_html(
        '<svg class="i {}" width="{}" height="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="{}" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        css,
        size,
        size,
        stroke,
        mark_safe(drawing),  # noqa: S308  # from the icon package, never from a person
    )


@register.simple_tag
@lru_cache(maxsize=1024, typed=True)
def glyph(status: str, label: str = "", size: str = "") -> SafeString:
    """The shape of a status (ok, watch, act, met, none); `label` makes it speak where no word stands beside it."""
    drawing = mark_safe(GLYPHS[status if status in GLYPHS else "none"])  # noqa: S308  # constants above
    css = status if status in GLYPHS else "none"
    speech = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="g g-{} {}" viewBox="0 0 12 12" {}>{}</svg>',
        css,
        size,
        speech,
        drawing,
    )


@register.simple_tag
def chip(tone: str, text: str, icon_name: str = "") -> SafeString:
    """A short label with its shape: a status (ok, watch, act, met, none), or brand, live, plain."""
    picture: SafeString | str = ""
    if icon_name:
        picture = icon(icon_name, 14)
    elif tone in STATUSES:
        picture = glyph(tone)
    css = {"met": "brand", "none": "plain"}.get(tone, tone or "plain")
    return format_html('<span class="chip chip-{}">{}{}</span>', css, picture, text)


@register.filter
def initials(name: str) -> str:
    """At most two letters that stand for a name: of its first two words, so that Mateo Rivera Luna is MR."""
    words = [word for word in str(name).replace("-", " ").split() if word[:1].isalnum()]
    if not words:
        return "?"
    return "".join(word[0] for word in words[:2]).upper()


@register.simple_tag
def avatar(name: str, size: str = "", kind: str = "", colour: int | str = "") -> SafeString:
    """A face made of initials beside a written name; `kind` "student" squares it, `colour` 1 to 6 marks presence."""
    css = " av-stu" if kind == "student" else ""
    mark = format_html(' data-p="{}"', colour) if colour else ""
    return format_html(
        '<span class="av{} {}"{} aria-hidden="true">{}</span>',
        css,
        f"av-{size}" if size else "",
        mark,
        initials(name),
    )


def _share(part: float, whole: float) -> str:
    share = 0.0 if not whole else max(0.0, min(1.0, float(part) / float(whole))) * PERCENT
    return f"{share:.1f}"


@register.simple_tag
def meter(part: float, whole: float = PERCENT, tone: str = "") -> SafeString:
    """A bar filled to part of whole; decorative, because the numbers always stand beside it."""
    return format_html(
        '<svg class="meter {}" aria-hidden="true"><rect width="{}%" height="100%" rx="3"/></svg>',
        f"meter-{tone}" if tone else "",
        _share(part, whole),
    )


@register.simple_tag
def axis(days: int, tone: str = "ok", span: int = 60) -> SafeString:
    """Days left on a line of `span` days with the status shape at its end; decorative beside number and date."""
    share = _share(days, span)
    return format_html(
        '<svg class="axis g-{}" aria-hidden="true"><line class="rule" x1="0" x2="100%" y1="10" y2="10"/>'
        '<rect y="8" height="4" rx="2" width="{}%" fill="currentColor"/>'
        '<svg x="{}%" y="4" width="12" height="12" overflow="visible">'
        '<g transform="translate(-6)">{}</g></svg></svg>',
        "brand" if tone == "ok" else tone,
        share,
        share,
        mark_safe(GLYPHS.get(tone, GLYPHS["ok"])),  # noqa: S308  # constants above
    )


def _day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def record_date(value: date | datetime | None) -> str:
    """A day as records write it, with its year, in the district's order: "Nov 19, 2025"; nothing for nothing."""
    return day_in_record(_day(value)) if value else ""


@register.filter
def near_date(value: date | datetime | None) -> str:
    """A day as people say it: today, yesterday, tomorrow, "Wed, Nov 19" this year, else with the year."""
    if not value:
        return ""
    day, today = _day(value), timezone.localdate()
    names = {0: gettext("Today"), -1: gettext("Yesterday"), 1: gettext("Tomorrow")}
    if (day - today).days in names:
        return names[(day - today).days]
    if abs(day - today) <= timedelta(days=NEAR_DAYS) or day.year == today.year:
        return day_nearby(day)
    return record_date(day)


@register.filter
def clock(value: datetime | time | None) -> str:
    """A time of day: "1:15 pm"."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = (timezone.localtime(value) if timezone.is_aware(value) else value).time()
    half = pgettext("time of day", "am") if value.hour < NOON else pgettext("time of day", "pm")
    return pgettext("time of day", "{time} {half}").format(time=time_format(value, "g:i"), half=half)


@register.filter
def moment(value: datetime | None) -> str:
    """When something happened: "just now", "9:14 am" today, "yesterday", else the day."""
    if not value:
        return ""
    age = timezone.now() - value
    if timedelta(0) <= age < timedelta(minutes=1):
        return gettext("just now")
    return clock(value) if _day(value) == timezone.localdate() else in_sentence(near_date(value))


@register.filter
def in_sentence(day: str) -> str:
    """A day written by `near_date`, inside a sentence: "Yesterday" begins small, "Wed, Nov 19" stays."""
    names = (gettext("Today"), gettext("Yesterday"), gettext("Tomorrow"))
    return day[:1].lower() + day[1:] if day in names else day


@register.filter
def days_left(value: date | None) -> str:
    """How far a day is from today, in calendar days: "in 2 days", "today", "3 days ago"."""
    if not value:
        return ""
    days = (_day(value) - timezone.localdate()).days
    if days == 0:
        return gettext("today")
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


@register.filter
def kind(field: BoundField) -> str:
    """How a form field is laid out: checkbox, radios, checks, hidden or plain."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checks"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    return "checkbox" if isinstance(widget, forms.CheckboxInput) else "plain"


def _css(widget: forms.Widget) -> str:
    if isinstance(widget, forms.RadioSelect):
        return "radio"
    if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
        return "checkbox"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.Select):
        return "textarea" if isinstance(widget, forms.SelectMultiple) else "select"
    return "input w-short" if isinstance(widget, forms.NumberInput | forms.DateInput) else "input"


def _is_day(value: object) -> bool:
    if value in (None, "") or isinstance(value, date):
        return True
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _native_day(field: BoundField) -> None:
    """A calendar where the value is a day; the words as typed where it is not, so that they can be mended."""
    widget = field.field.widget
    if isinstance(widget, forms.DateInput) and not isinstance(widget, forms.DateTimeInput):
        widget.format = "%Y-%m-%d"
        widget.input_type = "date" if _is_day(field.value()) else "text"


@register.filter
def described_by(field: BoundField) -> str:
    """The ids of the hint and the error that belong to a field, for aria-describedby."""
    parts = [f"{field.auto_id}_hint"] if field.help_text else []
    return " ".join([*parts, *([f"{field.auto_id}_error"] if field.errors else [])])


@register.simple_tag
def control(field: BoundField, css: str = "") -> SafeString:
    """A form field's control in this look, tied to its hint and its error."""
    widget = field.field.widget
    attrs: dict[str, Any] = {"class": f"{_css(widget)} {widget.attrs.get('class', '')} {css}".strip()}
    attrs["placeholder"] = False  # A placeholder is no label and leaves when one types.
    if described := described_by(field):
        attrs["aria-describedby"] = described
    if field.errors:
        attrs["aria-invalid"] = "true"
    if isinstance(widget, forms.Textarea) and "rows" in widget.attrs and widget.attrs["rows"] == "10":
        attrs["rows"] = "4"
    _native_day(field)
    _name_choices(widget)
    return field.as_widget(attrs=attrs)


@register.filter
def sentence(label: Any) -> Any:
    """The words of a choice as a sentence begins; a name stays as its owner writes it."""
    return capfirst(str(label)) if isinstance(label, Promise) else label


def _name_choices(widget: forms.Widget) -> None:
    """Begin each choice as a sentence; say "Choose" where Django draws a dashed line for none yet."""
    if isinstance(widget, forms.Select):
        dashes = BLANK_CHOICE_DASH[0]
        widget.choices = [
            (value, gettext("Choose")) if (value, label) == dashes else (value, sentence(label))
            for value, label in widget.choices
        ]


@register.filter
def undo_url(message: Message) -> str:
    """Where a message's act can be taken back, as `core.http.say` noted it; nothing when it cannot."""
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix("undo=") for tag in tags if tag.startswith("undo=/")), "")


@register.filter
def percent(value: float | None) -> str:
    """A share already counted in hundredths, with its sign: 82 gives "82%"."""
    return "" if value is None else f"{value:g}%"
