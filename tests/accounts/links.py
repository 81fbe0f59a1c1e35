"""The link of an invitation, as whoever reads the mail of an address finds it."""

import re

from notifications.models import AccountMail


def link_of(email):
    """The path of the newest link that was sent to an address."""
    mail = AccountMail.objects.filter(to_email=email).latest("created_at")
    return re.search(r"https?://[^/\s]+(/join/\S+)", mail.body)[1]
