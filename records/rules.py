"""Who takes a whole record along, and who says how long it is kept, from the table of rights."""

from accounts.rights import DistrictAction, may_in_district
from core.actor import Actor, Kind
from records.models import RecordExport
from students.models import Student
from students.rules import may_export_record


def may_export(actor: Actor, student: Student) -> bool:
    """Administrators, the case manager, and a parent of their own child's shared part."""
    return may_export_record(actor, student)


def may_fetch(actor: Actor, export: RecordExport) -> bool:
    """Who asked for a copy fetches it, while they still may ask for one."""
    is_own = actor.acting_person_id is not None and export.person_id == actor.acting_person_id
    return is_own and may_export(actor, export.student)


def may_keep_retention(actor: Actor, _record: object = None) -> bool:
    """Administrators say how long records are kept, hold and destroy them."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.KEEP_RETENTION)
