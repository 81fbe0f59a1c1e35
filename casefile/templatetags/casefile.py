"""What the pages over several domains say: sentences with counts, the timeline in words, glyphs with their meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.dates import day_in_full, day_in_record
from core.templatetags.ui import glyph
from ieps.sections import BY_ID
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
    shown = tuple(cards)
    label = ", ".join(
        gettext("Goal {number} {status}").format(
            number=card.number, status=str(status_words(card.status)).lower()
        )
        for card in shown
    )
    shapes = format_html_join("", "{}", ((glyph(card.tone),) for card in shown))
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
        (head.sees_progress, "reports", _("Reports"), "progress:reports"),
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


_VERBS: Mapping[str, Words] = {
    "students.student.added": _("opened the case file"),
    "students.student.referred": _("opened the case file from the roster"),
    "students.student.updated": _("changed name, grade or school"),
    "students.student.archived": _("archived the case file"),
    "students.student.restored": _("restored the case file"),
    "students.record.updated": _("changed eligibility or dates"),
    "students.student.recognised": _("recognised the student in the roster"),
    "students.programs.kept": _("imported programs"),
    "assessments.results.kept": _("imported assessment results"),
    "students.record.opened": _("opened the record"),
    "students.annual_review.set": _("set the date of the annual review"),
    "students.external_id.set": _("changed a number of the student"),
    "students.tag.added": _("added a tag"),
    "students.tag.removed": _("removed a tag"),
    "students.team.joined": _("added somebody to the team"),
    "students.team.left": _("ended somebody's part on the team"),
    "students.team.taken_over": _("handed the case file over"),
    "students.team.restored": _("took back a change of the team"),
    "students.substitute.named": _("named a substitute for the case manager"),
    "students.guardian.reopened": _("took back the end of a parent's access"),
    "students.contact.changed": _("changed the student's telephone or e-mail"),
    "students.address.added": _("added an address"),
    "students.address.changed": _("changed an address"),
    "students.address.removed": _("removed an address"),
    "students.emergency_contact.added": _("added an emergency contact"),
    "students.emergency_contact.changed": _("changed an emergency contact"),
    "students.emergency_contact.removed": _("removed an emergency contact"),
    "students.emergency_contact.moved": _("changed the order of the emergency contacts"),
    "students.languages.changed": _("changed the languages"),
    "students.profile.changed": _("wrote in “About me”"),
    "students.photo.set": _("put a photograph on the case file"),
    "students.photo.removed": _("took the photograph off the case file"),
    "students.custom_values.changed": _("changed the district's own fields"),
    "students.move.planned": _("planned a transfer or an exit"),
    "students.move.canceled": _("canceled a planned transfer or exit"),
    "students.move.done": _("transferred the student or entered their exit"),
    "students.exit.undone": _("took back an exit"),
    "students.student.came_back": _("entered that the student came back"),
    "students.enrollment.added": _("added an earlier school"),
    "students.enrollment.removed": _("removed an earlier school"),
    "students.records_request.added": _("added a request for records"),
    "students.records_request.changed": _("changed a request for records"),
    "students.guardian.added": _("added a parent"),
    "students.guardian.changed": _("changed a parent's details"),
    "students.guardian.ended": _("ended a parent's access"),
    "students.guardian.invited": _("shared the record with a parent"),
    "coediting.text.edited": _("wrote in a text of the IEP"),
    "coediting.text.locked": _("locked a text of the IEP"),
    "coediting.text.unlocked": _("unlocked a text of the IEP"),
    "coediting.text.restored": _("brought back an earlier version of a text of the IEP"),
    "ieps.iep.created": _("started IEP {number}"),
    "ieps.iep.activated": _("put IEP {number} into effect"),
    "ieps.iep.approved": _("approved IEP {number}"),
    "ieps.iep.sent_to_review": _("sent IEP {number} to the team to review"),
    "ieps.iep.returned": _("returned IEP {number} to draft"),
    "ieps.iep.discarded": _("discarded the draft of IEP {number}"),
    "ieps.iep.superseded": _("replaced IEP {number} with the new one"),
    "ieps.section.changed": _("wrote in the draft IEP: {section}"),
    "ieps.approval.recorded": _("gave their word on the IEP"),
    "ieps.glance.read": _("confirmed having read the IEP at a glance"),
    "ieps.goal.added": _("added a goal"),
    "ieps.goal.changed": _("changed a goal"),
    "ieps.goal.removed": _("took a goal out of the draft"),
    "ieps.goal.restored": _("put a goal back into the draft"),
    "ieps.goals.reordered": _("changed the order of the goals"),
    "ieps.service.added": _("added a service"),
    "ieps.service.changed": _("changed a service"),
    "ieps.service.removed": _("took a service out of the draft"),
    "ieps.service.restored": _("put a service back into the draft"),
    "ieps.accommodation.added": _("added an accommodation"),
    "ieps.accommodation.changed": _("changed an accommodation"),
    "ieps.accommodation.removed": _("took an accommodation out of the draft"),
    "ieps.accommodation.restored": _("put an accommodation back into the draft"),
    "progress.point.recorded": _("recorded a score of {value}"),
    "progress.point.voided": _("took back a score of {value}"),
    "progress.summaries.rebuilt": _("counted the scores again"),
    "students.bulk.done": _("did one thing to many case files"),
    "students.caseload.handed_over": _("handed a caseload over"),
    "students.court.changed": _("changed what a court ordered"),
    "students.custom_field.added": _("added a field of the district"),
    "students.custom_field.archived": _("put a field of the district away"),
    "students.custom_field.changed": _("changed a field of the district"),
    "students.custom_field.removed": _("removed a field of the district"),
    "students.custom_field.restored": _("brought a field of the district back"),
    "students.guardian.connected": _("connected a parent's account"),
    "students.health_plan.changed": _("changed the emergency plan"),
    "students.record.exported": _("took the record out as a file"),
    "students.record.printed": _("printed the record"),
    "students.school.told": _("told a school of a student"),
    "students.undo.done": _("took an act on many back"),
    "audit.check.finished": _("verified the chain of the audit"),
    "audit.check.requested": _("asked to verify the chain of the audit"),
    "audit.disclosure.recorded": _("recorded a disclosure"),
    "audit.list.exported": _("took the audit out as a file"),
    "records.destruction.announced": _("announced that the record will be destroyed"),
    "records.destruction.canceled": _("canceled the destruction of the record"),
    "records.destruction.finished": _("finished destroying the record"),
    "records.expired.pruned": _("removed what had passed its term"),
    "records.export.advanced": _("went on writing an export of the record"),
    "records.export.expired": _("removed an export that had passed its day"),
    "records.export.requested": _("asked for an export of the whole record"),
    "records.export.written": _("wrote an export of the whole record"),
    "records.hold.lifted": _("lifted a legal hold"),
    "records.hold.placed": _("placed a legal hold"),
    "records.policy.set": _("set how long records are kept"),
    "records.record.destroyed": _("destroyed the record"),
    "documents.consent.recorded": _("recorded a parent's consent"),
    "documents.consent.revoked": _("recorded that a consent was revoked"),
    "documents.file.kept": _("kept a document of the record"),
    "documents.signature.added": _("signed, or recorded a signature"),
    "documents.signature.withdrawn": _("took a signature back"),
    "ieps.amendment.copied": _("recorded the revised copy for a parent"),
    "ieps.amendment.planned": _("changed how the amendment is decided"),
    "ieps.amendment.proposed": _("proposed an amendment of the IEP"),
    "ieps.comment.added": _("commented on the IEP"),
    "ieps.comment.answered": _("answered a comment on the IEP"),
    "ieps.comment.changed": _("changed a comment on the IEP"),
    "ieps.comment.struck": _("struck out a comment on the IEP"),
    "ieps.comment.resolved": _("settled a comment on the IEP"),
    "ieps.comment.reopened": _("opened a comment on the IEP again"),
    "ieps.language.changed": _("said in which language the IEP is written"),
    "ieps.section.written": _("wrote in the IEP"),
    "progress.attainment.set": _("described the levels of a goal"),
    "progress.decision.taken_back": _("took a decision on a goal back"),
    "progress.evaluation.finished": _("looked at every goal anew"),
    "progress.goal.closed": _("closed a goal"),
    "progress.goal.decided": _("decided on a goal"),
    "progress.goal.mastered": _("found a goal mastered"),
    "progress.goal.mastery_withdrawn": _("found a goal no longer mastered"),
    "progress.goal.reopened": _("opened a goal again"),
    "progress.goal.verdict_changed": _("found another verdict on a goal"),
    "progress.list.exported": _("took a list of goals out as a file"),
    "progress.phase.started": _("marked a change of instruction"),
    "progress.phase.ended": _("ended a change of instruction"),
    "progress.phase.renamed": _("renamed a change of instruction"),
    "progress.point.excluded": _("left a score out"),
    "progress.point.included": _("counted a score again"),
    "progress.point.observed_twice": _("observed a score a second time"),
    "progress.prompts.set": _("set the district's prompts"),
    "progress.report.begun": _("began a progress report"),
    "progress.report.discarded": _("discarded the draft of a progress report"),
    "progress.report.reopened": _("began a correction of a progress report"),
    "progress.report.sent": _("sent a progress report to the family"),
    "progress.report.written": _("wrote in a progress report"),
    "progress.rule.set": _("set the district's decision rule"),
    "progress.task.assigned": _("asked somebody to record a goal"),
    "progress.task.ended": _("ended a data task"),
}


@register.filter
def act(row: TimelineRow) -> str:
    """What an entry of the timeline says was done."""
    words = _VERBS.get(row.verb)
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
