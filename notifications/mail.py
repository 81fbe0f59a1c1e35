"""Where mail about accounts goes: kept with the messages, since nothing is sent yet."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications.models import AccountMail


class OutboxEmailBackend(BaseEmailBackend):
    """Keep each mail, once for each recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = [
            AccountMail(to_email=recipient, subject=mail.subject[:300], body=str(mail.body))
            for mail in email_messages
            for recipient in mail.recipients()
        ]
        AccountMail.objects.bulk_create(rows)
        return len(email_messages)
