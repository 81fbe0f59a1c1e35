"""Who may do what with the district itself, in a sentence each, from the table of rights."""

from accounts.rights import DistrictAction, may_in_district
from core.actor import Actor, Kind


def may_keep_people(actor: Actor, _record: object) -> bool:
    """Administrators say who is what in the district."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.KEEP_PEOPLE)


def may_keep_district(actor: Actor, _record: object) -> bool:
    """Administrators keep the district's settings and schools."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.KEEP_DISTRICT)


def may_read_outbox(actor: Actor, _record: object) -> bool:
    """Administrators read what would be sent to people."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.READ_OUTBOX)
