"""Sample data of the styleguide page: literals and a form with every kind of field."""

import json
from typing import Any

from django import forms, template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

register = template.Library()


@register.simple_tag
def literal(text: str) -> Any:
    """Data written as JSON in a template."""
    return json.loads(text)


@register.simple_tag
def use(markup: str, keys: str = "") -> SafeString:
    """How a template draws what stands above, and the keys that work in it."""
    line = format_html('<code class="mono">{}</code>', markup.replace("[", "{").replace("]", "}"))
    if not keys:
        return format_html('<p class="text-xs text-ink-3 mt-3">{}</p>', line)
    return format_html(
        '<p class="text-xs text-ink-3 mt-3">{}<br>{} <kbd class="kbd">{}</kbd></p>',
        line,
        gettext("Keys:"),
        keys,
    )


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Name"), help_text=_("As it stands on the record."), max_length=80)
    meeting_on = forms.DateField(label=_("Date"), widget=forms.DateInput)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, help_text=_("In a week."))
    setting = forms.ChoiceField(
        label=_("Setting"), choices=[("", _("Choose one")), ("rr", _("Resource room"))]
    )
    present_levels = forms.CharField(label=_("Present levels"), widget=forms.Textarea, required=False)
    delivery = forms.ChoiceField(
        label=_("Delivery"),
        widget=forms.RadioSelect,
        choices=[("group", _("Small group")), ("one", _("Individual"))],
    )
    days = forms.MultipleChoiceField(
        label=_("Days"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("mon", _("Monday")), ("tue", _("Tuesday")), ("wed", _("Wednesday"))],
    )
    is_shared = forms.BooleanField(
        label=_("Share with the family"), required=False, help_text=_("They see it at once.")
    )


@register.simple_tag
def sample_form(refused: bool = False) -> SampleForm:
    """The sample form, untouched or refused."""
    return (
        SampleForm({"meeting_on": "12/41/2025", "minutes": "0"}, auto_id="bad_%s")
        if refused
        else SampleForm()
    )
