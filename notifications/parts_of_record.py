"""What messages say about a student."""

from uuid import UUID

from django.db import connection


def forget(
    *, organization_id: UUID, student_id: UUID, ids: frozenset[UUID], names: tuple[str, ...]
) -> dict[str, int]:
    """Remove the messages about any row of the record, and those that say the student's name. Read or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"""DELETE FROM notifications_message m WHERE m.organization_id = %s AND (
                EXISTS (SELECT 1 FROM regexp_matches(m.path || ' ' || m.key,
                    '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'g') found
                    WHERE found[1]::uuid = ANY(%s))
                OR EXISTS (SELECT 1 FROM unnest(%s::text[]) name
                    WHERE (m.subject || ' ' || m.body)
                        ~* ('\m' || regexp_replace(name, '([^[:alnum:] ])', '\\\1', 'g') || '\M')))""",
            [organization_id, list(ids), list(names)],
        )
        return {"notifications.message": cursor.rowcount}
