"""Who may import a roster."""

from accounts.rights import DistrictAction, may_in_district
from core.actor import Actor, Kind


def may_import_roster(actor: Actor, _record: object = None) -> bool:
    """Administrators of the district, and the software itself when an operator runs it."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.IMPORT_ROSTER)
