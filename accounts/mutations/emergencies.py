"""Breaking the glass (R20): whoever runs the installation lets somebody in when a district has nobody who can help."""

from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.joining import keep_invitation
from accounts.models import Invitation
from accounts.mutations.invitations import make_invitation_link, revoke_invitation
from accounts.queries.invitations import waiting_for
from accounts.rights import Role
from accounts.rules import may_open_district
from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit, mutation, require

LONGEST_DAYS = 7
LINK_HOLDS = timedelta(hours=1)


@mutation
def open_in_emergency(*, actor: Actor, email: str, reason: str, days: int = 1) -> str:
    """Make somebody an administrator for so many days of the district, today the first; return the link's secret.

    The link holds for an hour and is handed over, not mailed. The district's administrators are told, with the reason.
    Raises NotAllowed, Invalid.
    """
    require(actor, may_open_district, None)
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(fields={"days": [_("From 1 day to %(most)s.") % {"most": LONGEST_DAYS}]})
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why. The district's administrators read it.")]})
    for lost in waiting_for(actor=actor, email=email, role=Role.ADMINISTRATOR):
        revoke_invitation(actor=actor, invitation_id=lost.id)
    wanted = Invitation(
        email=email.lower(),
        role=Role.ADMINISTRATOR.value,
        title=_("Emergency access"),
        is_district_wide=True,
        starts_on=actor.today,
        ends_on=actor.today + timedelta(days=days),
        reason=reason.strip(),
    )
    found = keep_invitation(actor, wanted)
    secret = make_invitation_link(actor=actor, invitation_id=found.id, holds=LINK_HOLDS)
    audit(actor, "accounts.emergency.opened", found, reason=found.reason, ends_on=found.ends_on)
    return secret
