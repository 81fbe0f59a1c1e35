"""Goal attainment and the agreement of observers in words."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext_lazy as _

from progress.arithmetic import LOW_AGREEMENT, Attained
from progress.forms import signed

register = template.Library()
register.filter("signed", signed)

_ATTAINED = {
    Attained.MUCH_LESS: _("Taken together, the goals came out much lower than expected."),
    Attained.LESS: _("Taken together, the goals came out lower than expected."),
    Attained.EXPECTED: _("Taken together, the goals came out about as expected."),
    Attained.MORE: _("Taken together, the goals came out better than expected."),
    Attained.MUCH_MORE: _("Taken together, the goals came out much better than expected."),
}
_TONES = {Attained.MUCH_LESS: "act", Attained.LESS: "watch", Attained.MUCH_MORE: "met"}


@register.filter
def attained_words(value: Attained) -> str:
    """What a T-score means, in a sentence."""
    return str(_ATTAINED[value])


@register.filter
def attained_tone(value: Attained) -> str:
    """The shape that stands before the sentence."""
    return _TONES.get(value, "ok")


@register.filter
def is_low(value: Decimal | None) -> bool:
    """Whether two observers who agree so far do not see the same."""
    return value is not None and value < LOW_AGREEMENT
