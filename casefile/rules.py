"""Who may do what with lists, in a sentence each."""

from accounts.rights import DistrictAction, may_in_district
from casefile.models import SavedView
from core.actor import Actor


def may_share_views(actor: Actor, _record: object = None) -> bool:
    """Administrators share a view with everybody in the district."""
    return may_in_district(actor, DistrictAction.SHARE_VIEWS)


def may_keep_view(actor: Actor, view: SavedView) -> bool:
    """Everybody keeps their own views; a shared one, administrators."""
    return view.person_id == actor.person_id or (view.is_shared and may_share_views(actor))


def may_export_lists(actor: Actor, _record: object = None) -> bool:
    """Who works with students takes a list along; viewers and families do not."""
    return may_in_district(actor, DistrictAction.EXPORT_LISTS)
