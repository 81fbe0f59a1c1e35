"""What an address of a list of messages may ask for. What it does not understand, it leaves out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Message


class ListForm(forms.Form):
    """The kind of messages and the place of a list."""

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *Message.Kind.choices]
    )
    after = forms.UUIDField(required=False)


class OutboxQuery(forms.Form):
    """The kind of messages in the API."""

    kind = forms.ChoiceField(required=False, choices=Message.Kind.choices, help_text="Messages of one kind.")
