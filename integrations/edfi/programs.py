"""Program associations: special education with what it says of the pupil, others in brief."""

from collections import Counter
from datetime import date
from typing import Any

from integrations.edfi.descriptors import DISABILITIES, SETTINGS
from integrations.edfi.people import PLACE, STUDENT, key_of
from integrations.edfi.rows import Item
from integrations.edfi.taking import LONGEST_ID, LONGEST_WORDS, Taking, plain

SPECIAL = "StudentSpecialEducationProgramAssociation"
PROGRAM = "ProgramReference/ProgramIdentity"
MULTIPLE = "MD"


def is_program(element: str) -> bool:
    """Whether an element is a pupil's part in a program."""
    return element.startswith("Student") and element.endswith("ProgramAssociation")


def program(taking: Taking) -> Item:
    """A pupil's part in a program, from a day until a day."""
    pupil = taking.needed(STUDENT, LONGEST_ID)
    name = taking.needed(f"{PROGRAM}/ProgramName", LONGEST_WORDS)
    kind = taking.words(taking.node, f"{PROGRAM}/ProgramType")
    place = taking.needed(PLACE, LONGEST_ID)
    begin, end = taking.span("BeginDate", "EndDate", is_needed=True)
    is_special = taking.node.name == SPECIAL
    values: dict[str, Any] = _special(taking, begin, end) if is_special else {}
    return Item(
        key_of(
            pupil, name, begin, kind if kind != name else "", place, taking.node.said(f"{PROGRAM}/{PLACE}")
        ),
        pupil,
        name,
        plain(
            is_special=is_special,
            name=name,
            type=kind,
            place=place,
            begin=begin,
            end=end,
            exit_reason=taking.words(taking.node, "ReasonExited"),
            **values,
        ),
    )


def _special(taking: Taking, begin: date | None, end: date | None) -> dict[str, Any]:
    iep_begin, iep_end = taking.span("IEPBeginDate", "IEPEndDate")
    setting = taking.node.said("SpecialEducationSetting")
    chosen = taking.descriptors.choose(setting, SETTINGS) if setting else ""
    words = taking.words(taking.node, "SpecialEducationSetting")
    if setting and not chosen:
        taking.warn("SpecialEducationSetting", "setting_unknown", value=words)
    disabilities = _disabilities(taking)
    idea = taking.yes("IdeaEligibility")
    if idea and not disabilities:
        taking.warn("IdeaEligibility", "eligible_without_disability")
    return {
        "idea": idea,
        "iep_begin": iep_begin,
        "iep_end": iep_end,
        "review": taking.day("IEPReviewDate"),
        "evaluated": taking.day("LastEvaluationDate", is_past=True),
        "setting": chosen,
        "setting_words": words,
        **_hours(taking),
        "fragile": taking.yes("MedicallyFragile"),
        "multiple": taking.yes("MultiplyDisabled"),
        "disabilities": disabilities,
        "services": _services(taking),
        **_exit(taking, begin, end),
    }


def _hours(taking: Taking) -> dict[str, Any]:
    whole, special = taking.hours("SchoolHoursPerWeek"), taking.hours("SpecialEducationHoursPerWeek")
    if whole is not None and special is not None and special > whole:
        taking.warn("SpecialEducationHoursPerWeek", "hours_contradict", special=special, whole=whole)
        return {}
    return {"hours": whole, "special_hours": special}


def _disabilities(taking: Taking) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for node in taking.node.all("Disability"):
        uri = node.said("Disability")
        if not uri:
            continue
        words, code = taking.words(node, "Disability"), taking.descriptors.choose(uri, DISABILITIES)
        if not code:
            taking.warn("Disability", "disability_unknown", value=words)
        order = node.said("OrderOfDisability")
        source = taking.words(node, "DisabilityDeterminationSourceType")
        found.append(plain(code=code, words=words, order=order if order.isdigit() else "", source=source))
    for order, count in Counter(str(row.get("order", "")) for row in found).items():
        if order and count > 1:
            taking.warn("Disability", "disability_order", value=order)
    is_multiple = taking.node.said("MultiplyDisabled").lower() in {"1", "true"}
    if is_multiple and len(found) < 2 and not any(row.get("code") == MULTIPLE for row in found):  # noqa: PLR2004
        taking.warn("MultiplyDisabled", "one_disability", count=len(found))
    return sorted(found, key=lambda row: int(row.get("order", "99")[:4]))


def _services(taking: Taking) -> list[dict[str, Any]]:
    found = []
    for node in taking.node.all("SpecialEducationProgramService"):
        providers = [
            provider.said("StaffReference/StaffIdentity/StaffUniqueId")
            for provider in node.all("ServiceProvider")
        ]
        found.append(
            plain(
                name=taking.words(node, "SpecialEducationProgramService"),
                begin=_day_of(node.said("ServiceBeginDate")),
                end=_day_of(node.said("ServiceEndDate")),
                providers=[provider for provider in providers if provider],
            )
        )
    return [row for row in found if row.get("name")]


def _day_of(text: str) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat() if text else ""
    except ValueError:
        return ""


def _exit(taking: Taking, begin: date | None, end: date | None) -> dict[str, Any]:
    on, reason = (
        taking.day("SpecialEducationExitDate"),
        taking.words(taking.node, "SpecialEducationExitReason"),
    )
    if reason and on is None and not taking.node.said("SpecialEducationExitDate"):
        taking.warn("SpecialEducationExitReason", "exit_without_date")
    if on is not None and begin is not None and on < begin:
        taking.warn("SpecialEducationExitDate", "exit_before_begin", value=on, begin=begin)
        on = None
    if on is not None and end is not None and on != end:
        taking.warn("SpecialEducationExitDate", "exit_differs", value=on, end=end)
    return {"exited": on, "special_exit": reason}
