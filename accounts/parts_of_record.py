"""What this app holds about a student's family beside their accounts, which are their own."""

from uuid import UUID

from accounts.models import Invitation, InvitationSchool


def forget(
    *, organization_id: UUID, student_id: UUID, ids: frozenset[UUID], names: tuple[str, ...]
) -> dict[str, int]:
    """Remove the invitations of the student's guardians. `ids` are those of every row of the record."""
    rows = Invitation.objects.filter(organization_id=organization_id, guardian_id__in=ids)
    InvitationSchool.objects.filter(organization_id=organization_id, invitation__in=rows).delete()
    return {"accounts.invitation": rows.delete()[0]}
