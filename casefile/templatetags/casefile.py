"""What the pages over several domains say: sentences with counts, the timeline in words, glyphs with their meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from casefile.verbs import VERBS
from core.dates import day_in_full, day_in_record
from core.templatetags.ui import glyph
from ieps.sections import BY_ID
from progress.arithmetic import Status
from progress.templatetags.progress import score, status_words

if TYPE_CHECKING:
    from casefile.queries import Caseload, DistrictCounts, MyDay, StudentHead, TimelineRow
    from progress.queries import GoalCard

register = template.Library()

Words = str | Promise


_SMALL = (
    _("no"),
    _("one"),
    _("two"),
    _("three"),
    _("four"),
    _("five"),
    _("six"),
    _("seven"),
    _("eight"),
    _("nine"),
)


@register.filter
def in_words(number: int) -> str:
    """A small count as people write it in a sentence: "two"; larger ones in figures."""
    return str(_SMALL[number]) if 0 <= number < len(_SMALL) else f"{number:,}"


@register.simple_tag
def greeting(moment: Any) -> str:
    """Good morning, afternoon or evening, by the clock of the reader's district."""
    hour = moment.hour
    if hour < 12:  # noqa: PLR2004 - noon
        return gettext("Good morning")
    return gettext("Good afternoon") if hour < 17 else gettext("Good evening")  # noqa: PLR2004


@register.simple_tag
def due_sentence(day: MyDay) -> str:
    """How many legal dates are near, as a clause: "Two annual reviews fall due in the next 30 days"."""
    parts = []
    if day.reviews_soon:
        parts.append(
            ngettext("{n} annual review", "{n} annual reviews", day.reviews_soon).format(
                n=in_words(day.reviews_soon)
            )
        )
    if day.reevaluations_soon:
        parts.append(
            ngettext("{n} reevaluation", "{n} reevaluations", day.reevaluations_soon).format(
                n=in_words(day.reevaluations_soon)
            )
        )
    if not parts:
        return ""
    total = day.reviews_soon + day.reevaluations_soon
    what = (
        pgettext("list of two", "{first} and {second}").format(first=parts[0], second=parts[1])
        if len(parts) > 1
        else parts[0]
    )
    words = ngettext("{what} falls due in the next 30 days", "{what} fall due in the next 30 days", total)
    return capfirst(words.format(what=what))


@register.simple_tag
def overdue_sentence(number: int) -> str:
    """How many legal dates have passed, as a clause."""
    words = ngettext("{n} date has passed", "{n} dates have passed", number)
    return capfirst(words.format(n=in_words(number)))


@register.simple_tag
def decide_words(decide: tuple[Any, ...], before: str) -> str:
    """How many students need a decision, going on after another clause where there is one."""
    number = len({row.id for row, _card in decide})
    words = ngettext("{n} student needs a decision", "{n} students need a decision", number)
    said = words.format(n=in_words(number))
    return said if before else capfirst(said)


@register.simple_tag
def counts_sentence(counts: DistrictCounts) -> str:
    """The district in a sentence: how many students, in how many schools."""
    students = ngettext("{n} student", "{n} students", counts.students).format(n=in_figures(counts.students))
    schools = ngettext("{n} school", "{n} schools", counts.schools).format(n=in_figures(counts.schools))
    return gettext("{students} with a case file, in {schools}.").format(students=students, schools=schools)


@register.simple_tag
def soon_words(number: int, before: int) -> str:
    """How many legal dates come in the next 30 days, going on after another clause where there is one."""
    words = ngettext("{n} falls due in the next 30 days", "{n} fall due in the next 30 days", number)
    said = words.format(n=in_words(number))
    return said if before else capfirst(said)


@register.filter
def in_figures(number: int) -> str:
    """A count in figures, with separators."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def short_name(name: str) -> str:
    """The first letter of a given name and the rest: "K. Osei"."""
    given, _space, family = name.partition(" ")
    return f"{given[:1]}. {family}" if family else given


@register.simple_tag
def goal_glyphs(cards: Iterable[GoalCard]) -> SafeString:
    """The status of each goal as a shape, with the words for those who do not see it."""
    return _glyphs(tuple((card.number, card.status) for card in cards), get_language())


@lru_cache(maxsize=1024)  # many students have as many goals, and as good ones
def _glyphs(shown: tuple[tuple[int, Status], ...], _language: str | None) -> SafeString:
    label = ", ".join(
        gettext("Goal {number} {status}").format(number=number, status=str(status_words(status)).lower())
        for number, status in shown
    )
    shapes = format_html_join("", "{}", ((glyph(status.tone),) for _number, status in shown))
    return format_html('<span class="flex gap-1" role="img" aria-label="{}">{}</span>', label, shapes)


@register.simple_tag
def student_tabs(head: StudentHead) -> list[dict[str, Any]]:
    """The tabs of a student's page that this reader may open."""
    is_glance = head.sees_glance and not head.sees_iep
    tabs: list[tuple[bool, str, Words, str]] = [
        (True, "overview", _("Overview"), "casefile:student"),
        (head.sees_iep, "iep", _("IEP"), "ieps:student"),
        (is_glance, "iep", _("IEP at a glance"), "ieps:glance"),
        (head.sees_progress, "goals", _("Goals & progress"), "casefile:goals"),
        (head.sees_reports, "reports", _("Reports"), "progress:reports"),
        (head.sees_record or head.sees_assessments, "programs", _("Assessments"), "casefile:programs"),
        (not head.is_money_only, "team", _("Team"), "casefile:team"),
        (True, "record", _("Record"), "students:details"),
        (head.sees_timeline, "timeline", _("Timeline"), "casefile:timeline"),
        (head.sees_access, "access", _("Access"), "audit:access-record"),
    ]
    return [
        {
            "id": name,
            "label": label,
            "url": reverse(view, args=[head.id]),
            "count": head.goal_count if name == "goals" else 0,
        }
        for may, name, label, view in tabs
        if may
    ]


@register.simple_tag
def key_dates(head: StudentHead) -> list[dict[str, Any]]:
    """The dates under a student's name; what is not known is absent."""
    items: list[dict[str, Any]] = []
    for label, on, is_due in (
        (gettext("Annual review"), head.annual_review_on, True),
        (gettext("Reevaluation"), head.reevaluation_due_on, True),
        (gettext("Last evaluation"), head.last_evaluation_on, False),
        (gettext("IEP in effect since"), head.iep_effective_on, False),
    ):
        if on is not None:
            days = (on - head.today).days
            note, tone = _days(days) if is_due else ("", "")
            items.append({"label": label, "value": day_in_record(on), "note": note, "tone": tone})
    if head.percent_regular is not None:
        share = f"{head.percent_regular.normalize():f}%"
        items.append({"label": gettext("Time in general education"), "value": share, "note": "", "tone": ""})
    if not items and head.eligibility_label:
        items.append(
            {"label": gettext("Eligibility"), "value": head.eligibility_label, "note": "", "tone": ""}
        )
    return items


def _days(days: int) -> tuple[str, str]:
    """Days left or past, and how pressing that is."""
    if days < 0:
        return ngettext("{n} day ago", "{n} days ago", -days).format(n=-days), "act"
    words = ngettext("{n} day", "{n} days", days).format(n=days) if days else gettext("today")
    return words, "act" if days <= 2 else "watch" if days <= 5 else ""  # noqa: PLR2004


@register.simple_tag
def list_count(found: Caseload) -> str:
    """How long a list is, in words."""
    if not found.is_counted:
        return gettext("more than {n} students").format(n=f"{found.total:,}")
    return ngettext("{n} student", "{n} students", found.total).format(n=f"{found.total:,}")


@register.filter
def day_name(value: date) -> str:
    """A day in full, without its year: "Wednesday, November 19"."""
    return day_in_full(value)


@register.filter
def act(row: TimelineRow) -> str:
    """What an entry of the timeline says was done."""
    words = VERBS.get(row.verb)
    if words is None:
        _app, noun, past = row.verb.split(".")
        return f"{past} {noun}".replace("_", " ")
    said = str(words).format_map(_Values(row.values, scale=row.goal_scale))
    if not row.goal_title:
        return said
    return gettext("{act}: {goal}").format(act=said, goal=row.goal_title)


class _Values(dict[str, Any]):
    """The values of an entry, as people read them; an older entry may not have all of them."""

    def __init__(self, values: Mapping[str, Any], *, scale: str) -> None:
        super().__init__(values)
        if "value" in values:
            self["value"] = score(Decimal(str(values["value"])), scale)
        if values.get("section") in BY_ID:
            self["section"] = BY_ID[values["section"]].label

    def __missing__(self, key: str) -> str:
        return "…"
