"""What Ed-Fi rows lead to: schools, roster entries, case files of special education, programs, results (ADR 0017)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.models import School
from accounts.mutations import add_school
from assessments.mutations import ResultRow, keep_results
from core.actor import Actor
from core.mutation import mutation, unchanged
from integrations.edfi.rows import Item
from integrations.mutations.schools import keep_schools
from integrations.oneroster.rows import Org
from integrations.queries import payloads, payloads_of
from students.models import RosterEntry
from students.mutations import (
    AnotherStudent,
    ProgramRow,
    RosterPerson,
    keep_program_enrollments,
    keep_roster_entries,
    open_for_program,
)

SOURCE = "edfi"
PUPIL, STAFF = "student/", "staff/"  # before the id, since a pupil and a teacher may have the same
UNPLACED, UNPLACED_NAME = "unplaced", "School not known"


@mutation
def keep_district(
    *, actor: Actor, noun: str, items: Sequence[Item], changed: Collection[str], now: datetime
) -> dict[str, str]:
    """Carry rows into what they are about. Returns codes of what there is to say, by the id of the row.

    Of programs, unchanged rows count too: a pupil who could not get a case file last time gets it now.
    """
    unchanged(actor)
    fresh = [item for item in items if item.sourced_id in changed]
    if noun == "schools" and fresh:
        keep_schools(actor=actor, orgs=[_org(item) for item in fresh])
    elif noun in {"students", "placements"} and fresh:
        ids = {item.owner or item.sourced_id for item in fresh}
        _keep_pupils(actor, ids, now)
    elif noun in {"staff", "assignments"} and fresh:
        _keep_staff(actor, {item.owner or item.sourced_id for item in fresh}, now)
    elif noun == "programs":
        said, opened = _open_files(actor, items, now)
        _attach(actor, opened | {item.owner for item in fresh}, now)
        return said
    elif noun == "assessments" and fresh:
        _attach(actor, {item.owner for item in fresh}, now)
    return {}


@mutation
def attach_records(*, actor: Actor, student_id: UUID, now: datetime) -> None:
    """Give a case file the programs and results that the roster kept of its pupil. Raises NotFound, NotAllowed."""
    unchanged(actor)
    entries = (
        RosterEntry.objects.filter(  # for all: the case file that was just opened may be another's by now
            organization_id=actor.organization_id, source=SOURCE, student_id=student_id
        )
    )
    ids = {entry.sourced_id.removeprefix(PUPIL) for entry in entries}
    _attach(actor, ids, now)


def _org(item: Item) -> Org:
    return Org(item.sourced_id, item.ended, item.payload["name"], item.payload["type"], "", "")


def _keep_pupils(actor: Actor, ids: Collection[str], now: datetime) -> None:
    values = payloads(actor=actor, source=SOURCE, noun="students", ids=ids)
    places = payloads_of(actor=actor, source=SOURCE, noun="placements", owners=ids)
    schools = _schools(actor)
    people = []
    for pupil, payload in values.items():
        held = max((place for _id, place in places[pupil]), key=_lateness, default={})
        people.append(
            _person(
                PUPIL + pupil,
                payload,
                part="student",
                identifier=pupil,
                grade=held.get("grade", ""),
                school_id=schools.get(held.get("school", "")),
            )
        )
    keep_roster_entries(actor=actor, people=people, now=now, source=SOURCE)


def _keep_staff(actor: Actor, ids: Collection[str], now: datetime) -> None:
    values = payloads(actor=actor, source=SOURCE, noun="staff", ids=ids)
    assignments = payloads_of(actor=actor, source=SOURCE, noun="assignments", owners=ids)
    schools = _schools(actor)
    people = []
    for person, payload in values.items():
        held = sorted((found for _id, found in assignments[person]), key=_lateness, reverse=True)
        people.append(
            _person(
                STAFF + person,
                payload,
                part="staff",
                identifier=person,
                role=next((found["role"] for found in held if found.get("role")), ""),
                school_id=next(
                    (schools[found["place"]] for found in held if found.get("place") in schools), None
                ),
            )
        )
    keep_roster_entries(actor=actor, people=people, now=now, source=SOURCE)


def _lateness(held: Mapping[str, Any]) -> tuple[bool, str]:
    """What has not ended counts before what has; then the latest beginning."""
    return (not held.get("end"), held.get("begin", ""))


def _person(sourced_id: str, payload: Mapping[str, Any], **more: Any) -> RosterPerson:
    born = payload.get("born", "")
    return RosterPerson(
        **{
            "sourced_id": sourced_id,
            "role": "",
            "given_name": payload["given"],
            "middle_name": payload.get("middle", ""),
            "family_name": payload["family"],
            "preferred_name": payload.get("preferred", ""),
            "email": payload.get("mail", ""),
            "phone": "",
            "grade": "",
            "birth_on": date.fromisoformat(born) if born else None,
            "is_current": True,
            **more,
        }
    )


def _schools(actor: Actor) -> dict[str, UUID]:
    """The district's schools by the id that Ed-Fi gives them, which is their code here."""
    return dict(School.objects.filter(organization_id=actor.organization_id).values_list("code", "id"))


def _open_files(actor: Actor, items: Sequence[Item], now: datetime) -> tuple[dict[str, str], set[str]]:
    """A case file for every pupil in special education who has none. Says of which rows that was not possible."""
    in_order = sorted(items, key=lambda item: str(item.payload["begin"]))
    special = {item.owner: item for item in in_order if item.payload.get("is_special")}  # the latest counts
    entries = RosterEntry.objects.filter(  # for all: whoever imports brings every pupil
        organization_id=actor.organization_id,
        source=SOURCE,
        sourced_id__in=[PUPIL + pupil for pupil in special],
        student=None,
    )
    waiting = {
        sourced_id.removeprefix(PUPIL): key for key, sourced_id in entries.values_list("id", "sourced_id")
    }
    said: dict[str, str] = {}
    opened: set[str] = set()
    if not waiting:
        return said, opened
    unplaced = _unplaced(actor)
    for pupil, entry_id in sorted(waiting.items()):
        item = special[pupil]
        try:
            open_for_program(
                actor=actor,
                entry_id=entry_id,
                row=_program(item.sourced_id, item.payload),
                school_id=unplaced,
                today=actor.today,
            )
        except AnotherStudent:
            said[item.sourced_id] = AnotherStudent.code
        else:
            opened.add(pupil)
    return said, opened


def _unplaced(actor: Actor) -> UUID:
    """The school of case files whose school nobody has said yet. Nobody works there: administrators see them."""
    known = School.objects.filter(organization_id=actor.organization_id, code=UNPLACED).first()
    return (known or add_school(actor=actor, name=UNPLACED_NAME, code=UNPLACED)).id


def _attach(actor: Actor, pupils: Collection[str], now: datetime) -> None:
    """Bring programs and results of pupils into their case files, where they have one."""
    entries = RosterEntry.objects.filter(  # for all: whoever imports brings every pupil
        organization_id=actor.organization_id,
        source=SOURCE,
        sourced_id__in=[PUPIL + pupil for pupil in pupils],
        student__isnull=False,
    )
    files = {
        sourced_id.removeprefix(PUPIL): student_id
        for sourced_id, student_id in entries.values_list("sourced_id", "student_id")
        if student_id is not None
    }
    programs = payloads_of(actor=actor, source=SOURCE, noun="programs", owners=files)
    results = payloads_of(actor=actor, source=SOURCE, noun="assessments", owners=files)
    for pupil, student_id in sorted(files.items()):
        if programs[pupil]:
            keep_program_enrollments(
                actor=actor,
                student_id=student_id,
                rows=[_program(*found) for found in programs[pupil]],
                source=SOURCE,
                now=now,
            )
        if results[pupil]:
            keep_results(
                actor=actor,
                student_id=student_id,
                rows=[_result(*found) for found in results[pupil]],
                source=SOURCE,
                now=now,
            )


def _program(sourced_id: str, payload: Mapping[str, Any]) -> ProgramRow:
    def day(name: str) -> date | None:
        return date.fromisoformat(payload[name]) if payload.get(name) else None

    def hours(name: str) -> Decimal | None:
        return Decimal(payload[name]) if payload.get(name) else None

    return ProgramRow(
        sourced_id=sourced_id,
        is_special_education=bool(payload.get("is_special")),
        name=payload["name"],
        type=payload.get("type", ""),
        begins_on=date.fromisoformat(payload["begin"]),
        ends_on=day("end"),
        exit_reason=payload.get("exit_reason", ""),
        idea_eligible=payload.get("idea"),
        iep_begins_on=day("iep_begin"),
        iep_ends_on=day("iep_end"),
        iep_reviewed_on=day("review"),
        evaluated_on=day("evaluated"),
        setting=payload.get("setting", ""),
        setting_words=payload.get("setting_words", ""),
        school_hours=hours("hours"),
        special_hours=hours("special_hours"),
        is_medically_fragile=payload.get("fragile"),
        has_multiple_disabilities=payload.get("multiple"),
        exited_on=day("exited"),
        special_exit_reason=payload.get("special_exit", ""),
        disabilities=list(payload.get("disabilities", ())),
        services=[
            {name: value for name, value in service.items() if name != "providers"}
            for service in payload.get("services", ())
        ],
    )


def _result(sourced_id: str, payload: Mapping[str, Any]) -> ResultRow:
    return ResultRow(
        sourced_id=sourced_id,
        title=payload["title"],
        administered_on=date.fromisoformat(payload["on"]),
        school_year=payload.get("year", ""),
        grade=payload.get("grade", ""),
        scores=list(payload.get("scores", ())),
        levels=list(payload.get("levels", ())),
        parts=list(payload.get("parts", ())),
        accommodations=list(payload.get("accommodations", ())),
        language=payload.get("language", ""),
        reason_not_tested=payload.get("reason_not_tested", ""),
    )
