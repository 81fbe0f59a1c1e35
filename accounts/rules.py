"""Who may do what with the district itself, in a sentence each, from the table of rights."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken
from accounts.rights import DistrictAction, may_in_district
from core.actor import Actor, Kind
from core.errors import NotAllowed


class OwnRights(NotAllowed):
    """Nobody gives themselves rights, or others rights that they lack."""

    code = "own_rights"
    message = _(
        "You cannot give rights to yourself, or rights that you do not have. Ask another administrator."
    )


def may_keep_people(actor: Actor, _record: object) -> bool:
    """Administrators say who is what in the district."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.KEEP_PEOPLE)


def may_open_district(actor: Actor, _record: object = None) -> bool:
    """Whoever runs the installation, from its command line and nowhere else, lets a district's administrators in."""
    return actor.kind is Kind.SYSTEM


def may_keep_district(actor: Actor, _record: object) -> bool:
    """Administrators keep the district's settings and schools."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.KEEP_DISTRICT)


def may_keep_some_calendar(actor: Actor, _record: object) -> bool:
    """Administrators and coordinators keep school years, coordinators those of their own schools."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.KEEP_CALENDAR)


def may_keep_calendar(actor: Actor, school_id: UUID | None) -> bool:
    """Whether somebody keeps the calendar of this school; without a school, that of the whole district."""
    if actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.KEEP_DISTRICT):
        return True
    if not may_in_district(actor, DistrictAction.KEEP_CALENDAR):
        return False
    return actor.is_district_wide or school_id in actor.school_ids


def may_read_outbox(actor: Actor, _record: object) -> bool:
    """Administrators read what would be sent to people."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.READ_OUTBOX)


def may_end_token(actor: Actor, token: ApiToken) -> bool:
    """Whose token it is ends it, and administrators end everybody's in the district."""
    return token.person_id == actor.acting_person_id or may_keep_people(actor, token)
