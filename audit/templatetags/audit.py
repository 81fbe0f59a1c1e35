"""What entries of the audit say: acts in words, values with the names of their fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from casefile.templatetags.casefile import act

if TYPE_CHECKING:
    from audit.queries import AccessRow, EntryRow

register = template.Library()

Words = str | Promise

_VERBS: Mapping[str, Words] = {
    "students.record.opened": _("opened the record"),
    "students.record.exported": _("took a part of the record as a file"),
    "students.record.printed": _("printed a page of the record"),
    "accounts.act.refused": _("was refused"),
    "accounts.membership.added": _("gave a role"),
    "accounts.membership.ended": _("ended a role"),
    "accounts.person.deactivated": _("ended all of a person's roles"),
    "accounts.person.invited": _("invited a person"),
    "accounts.preferences.changed": _("changed their own settings"),
    "accounts.school.added": _("added a school"),
    "accounts.school.changed": _("changed a school"),
    "accounts.session.ended": _("signed somebody out"),
    "accounts.settings.changed": _("changed the district's settings"),
    "accounts.token.issued": _("made a token"),
    "notifications.message.queued": _("wrote a message"),
    "integrations.import.started": _("began to read a roster"),
    "integrations.import.read": _("read a roster"),
    "integrations.import.applied": _("applied rows of a roster"),
    "integrations.import.claimed": _("took over a roster"),
    "students.school.told": _("told the students of a school"),
    "audit.disclosure.recorded": _("recorded a request or disclosure"),
    "audit.check.requested": _("asked for a check of the chain"),
    "audit.check.finished": _("finished a check of the chain"),
    "audit.list.exported": _("took the audit as a file"),
}
_FIELDS: Mapping[str, Words] = {
    "page": _("page"),
    "what": _("what"),
    "format": _("format"),
    "interest": _("interest"),
    "fields": _("fields"),
    "route": _("address"),
    "method": _("method"),
    "rule": _("rule"),
    "code": _("answer"),
    "part": _("part on the team"),
    "person_id": _("person"),
    "starts_on": _("from"),
    "ends_on": _("until"),
}
_PAGES: Mapping[str, Words] = {
    "student": _("overview"),
    "goals": _("goals and progress"),
    "team": _("team"),
    "timeline": _("timeline"),
    "access_record": _("record of access"),
    "scores_csv": _("scores of a goal"),
    "consents": _("consents"),
}
_FINDINGS: Mapping[str, Words] = {
    "edited": _("Entry {entry} was edited (seal {seq})."),
    "deleted": _("Entry {entry} was deleted (seal {seq})."),
    "gap": _("A seal is missing at {seq}."),
    "broken": _("Seal {seq} does not follow the one before it."),
    "tail_cut": _("The end of the chain was cut off: an anchor knows seals from {seq} on."),
    "anchor_broken": _("Seal {seq} is not what its anchor says."),
    "unsealed": _("Entry {entry} has no seal and waits for none."),
}


@register.filter
def did_words(row: EntryRow) -> str:
    """What an entry says was done."""
    words = _VERBS.get(row.verb)
    return str(words) if words is not None else act(row)  # type: ignore[arg-type]  # it has what the words need


@register.filter
def tone(row: EntryRow) -> str:
    """The icon of an act: a refusal, an opening, a change."""
    if row.verb == "accounts.act.refused":
        return "shield-x"
    return "eye" if row.verb.startswith("students.record.") and not row.verb.endswith("updated") else "pencil"


@register.filter
def details(row: EntryRow) -> list[tuple[str, str]]:
    """The values of an entry as pairs of a label and a text; before and after of a field stand together."""
    found: list[tuple[str, str]] = []
    for name, value in row.values.items():
        if name.endswith("_after") and f"{name[:-6]}_before" in row.values:
            continue
        if name.endswith("_before") and f"{name[:-7]}_after" in row.values:
            after = row.values[f"{name[:-7]}_after"]
            found.append((_label(name[:-7]), f"{_text(value)} → {_text(after)}"))
        else:
            found.append((_label(name), _text(value)))
    return found


@register.filter
def purpose(row: AccessRow) -> str:
    """Why the record was opened: the page, or what was taken."""
    name = str(row.values.get("page") or row.values.get("what") or "")
    return str(_PAGES.get(name, name.replace("_", " ").replace("-", " ")))


@register.filter
def interest(row: AccessRow) -> str:
    """The roles held, and what tied them to the student, once each."""
    if row.interest:
        return first_upper(", ".join(row.interest))
    return gettext("not recorded") if row.is_person else gettext("software of the district")


@register.filter
def finding_words(finding: Mapping[str, Any]) -> str:
    """One place where the chain does not hold."""
    return str(_FINDINGS[finding["kind"]]).format(entry=finding.get("entry_id"), seq=finding.get("seq"))


@register.filter
def first_upper(text: str) -> str:
    """A sentence's beginning."""
    return str(capfirst(text))


def _label(name: str) -> str:
    return str(capfirst(str(_FIELDS.get(name, name.replace("_", " ")))))


def _text(value: Any) -> str:
    if value is None or value == "":
        return gettext("nothing")
    if isinstance(value, bool):
        return gettext("yes") if value else pgettext("answer", "no")
    if isinstance(value, dict):
        return ", ".join(f"{_label(key)} {_text(item)}" for key, item in value.items()) or gettext("nothing")
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(_text(item) for item in value) or gettext("nothing")
    return str(value)
