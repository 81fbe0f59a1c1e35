"""What the district set for itself: its prompts from least to most, and the numbers of its decision rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.queries import organization_of
from core.actor import Actor
from core.errors import NotAllowed
from core.models import topic
from core.once import once
from core.outbox import topic_version
from progress.arithmetic import STANDARD_RULE, DecisionRule, independence
from progress.models import DistrictRule, PromptLevel
from progress.rules import may_keep_measurement

RULE_FIELDS = ("below", "above", "watch", "trend_points", "quiet_days", "mastery_hits", "mastery_of")
"""What a district sets of its rule."""

STANDARD_PROMPTS = (
    ("independent", _("Independent"), _("No help")),
    ("gesture", _("Gesture"), _("Point or look")),
    ("verbal_indirect", _("Verbal, indirect"), _("“What comes next?”")),
    ("verbal_direct", _("Verbal, direct"), _("“Say the first sound.”")),
    ("model", _("Model"), _("I showed it first")),
    ("partial_physical", _("Partial physical"), _("Light touch")),
    ("full_physical", _("Full physical"), _("Hand over hand")),
)
"""From least to most help, where a district has not set its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One level of the hierarchy of prompts."""

    key: str
    """What raw data refers to."""
    name: str
    hint: str
    position: int
    """From 0, no help."""
    independence: Decimal
    """How independent it leaves the student, in percent."""


def prompt_levels(*, actor: Actor) -> tuple[Prompt, ...]:
    """The district's prompts, least help first; the standard ones where it has not set its own."""
    return once(("prompts", actor.organization_id), lambda: _prompts(actor))


def prompt_keys(*, actor: Actor) -> tuple[str, ...]:
    """The keys of the district's prompts, least help first."""
    return tuple(prompt.key for prompt in prompt_levels(actor=actor))


def decision_rule(*, actor: Actor) -> DecisionRule:
    """The numbers of the district's decision rule; the standard ones where it has not set its own."""
    return once(("decision rule", actor.organization_id), lambda: _rule(actor))


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """The district's rule as its administrators see it."""

    topic: str
    version: str
    values: Mapping[str, int]
    is_standard: bool
    """Whether the district has not set its own."""
    prompts: tuple[Prompt, ...]


def rule_page(*, actor: Actor) -> RulePage:
    """The numbers of the district's rule, and its prompts. Raises NotAllowed for all but administrators."""
    district = organization_of(actor=actor)
    if not may_keep_measurement(actor, district):
        raise NotAllowed
    name = topic("organization", district.id)
    version = topic_version(name)
    row = DistrictRule.objects.filter(organization_id=actor.organization_id).first()
    shown = row or DistrictRule()
    return RulePage(
        topic=name,
        version=version,
        values={field: getattr(shown, field) for field in RULE_FIELDS},
        is_standard=row is None,
        prompts=prompt_levels(actor=actor),
    )


def mastery_standard(*, actor: Actor) -> tuple[int, int]:
    """So many scores at the criterion, of so many: what a new goal begins with."""
    row = DistrictRule.objects.filter(organization_id=actor.organization_id).first() or DistrictRule()
    return row.mastery_hits, row.mastery_of


def _prompts(actor: Actor) -> tuple[Prompt, ...]:
    rows = PromptLevel.objects.filter(organization_id=actor.organization_id).order_by("position")
    own = tuple((row.key, row.name, row.hint) for row in rows)
    levels = own or tuple((key, str(name), str(hint)) for key, name, hint in STANDARD_PROMPTS)
    return tuple(
        Prompt(
            key=key,
            name=name,
            hint=hint,
            position=place,
            independence=independence(place, len(levels)),
        )
        for place, (key, name, hint) in enumerate(levels)
    )


def _rule(actor: Actor) -> DecisionRule:
    row = DistrictRule.objects.filter(organization_id=actor.organization_id).first()
    if row is None:
        return STANDARD_RULE
    return DecisionRule(
        below=row.below,
        above=row.above,
        watch=row.watch,
        trend_points=row.trend_points,
        quiet_days=row.quiet_days,
    )
