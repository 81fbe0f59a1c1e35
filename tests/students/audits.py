"""What the audit says last."""

from core.models import AuditEntry


def last_audit():
    return AuditEntry.objects.order_by("-id").first()
