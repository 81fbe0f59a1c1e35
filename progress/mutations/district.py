"""What a district sets for itself: its prompts from least to most, and the numbers of its decision rule."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from django.utils.translation import gettext as _

from accounts.calendar_models import measuring
from accounts.models import Organization
from accounts.queries import organization_of
from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit, mutation, require, unchanged
from progress.models import DistrictRule, EvaluationRun, PromptLevel
from progress.queries import RULE_FIELDS, prompt_levels
from progress.rules import may_keep_measurement

MOST_PROMPTS = 15
_FOR_GOALS_TO_COME = {"mastery_hits", "mastery_of"}


@mutation
def set_prompt_levels(*, actor: Actor, levels: Sequence[Mapping[str, str]]) -> tuple[PromptLevel, ...]:
    """Put the district's prompts in this order, least help first; `levels` have `name`, `hint` and, if known, `key`.

    Scores keep the independence that they were recorded with. Raises NotAllowed, Invalid.
    """
    district = _kept(actor)
    names = [str(level.get("name", "")).strip() for level in levels]
    if not 2 <= len(names) <= MOST_PROMPTS:  # noqa: PLR2004  # none, and one more
        raise Invalid(fields={"levels": [_("Enter from 2 to %(n)s prompts.") % {"n": MOST_PROMPTS}]})
    if not all(names) or len({name.casefold() for name in names}) < len(names):
        raise Invalid(fields={"levels": [_("Each prompt has a name of its own.")]})
    known = {prompt.key for prompt in prompt_levels(actor=actor)}
    if strangers := {level["key"] for level in levels if level.get("key")} - known:
        text = _("There is no prompt with this key: %(key)s.") % {"key": min(strangers)}
        raise Invalid(fields={"levels": [text]})
    rows = [
        PromptLevel(
            organization_id=actor.organization_id,
            key=level.get("key") or str(uuid4()),
            position=place,
            name=names[place],
            hint=str(level.get("hint", "")).strip(),
        )
        for place, level in enumerate(levels)
    ]
    if len({row.key for row in rows}) < len(rows):
        raise Invalid(fields={"levels": [_("Each prompt has a name of its own.")]})
    for row in rows:
        row.clean_fields(exclude=["organization"])
    before = [(prompt.key, prompt.name, prompt.hint) for prompt in prompt_levels(actor=actor)]
    if [(row.key, row.name, row.hint) for row in rows] == before:
        unchanged(actor)
        return tuple(rows)
    PromptLevel.objects.filter(organization_id=actor.organization_id).delete()
    PromptLevel.objects.bulk_create(rows)
    audit(actor, "progress.prompts.set", district, levels=[row.key for row in rows])
    return tuple(rows)


@mutation
def set_decision_rule(*, actor: Actor, values: Mapping[str, int]) -> DistrictRule:
    """Set the numbers of the district's decision rule, and of mastery for goals to come.

    Open pages are told at once; verdicts follow in the background, as in the night. Raises NotAllowed, Invalid.
    """
    district = _kept(actor)
    unknown = sorted(set(values) - set(RULE_FIELDS))
    if unknown:
        raise Invalid(fields={name[:80]: [_("There is no such field.")] for name in unknown})
    found = DistrictRule.objects.filter(organization_id=actor.organization_id).first()
    row = found or DistrictRule(organization_id=actor.organization_id)
    changed = {
        name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value
    }
    if not changed:
        unchanged(actor)
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.clean_fields(exclude=["organization"])
    if row.watch >= row.below:
        text = _("Attention comes before a decision: fewer scores than %(n)s.") % {"n": row.below}
        raise Invalid(fields={"watch": [text]})
    if row.mastery_hits > row.mastery_of:
        text = _("So many of fewer cannot be met: at most %(n)s.") % {"n": row.mastery_of}
        raise Invalid(fields={"mastery_hits": [text]})
    row.save()
    if changed.keys() - _FOR_GOALS_TO_COME:  # today's evaluation went by the old numbers
        EvaluationRun.objects.filter(organization_id=actor.organization_id, on=actor.today).delete()
    topics = (*district.topics(), measuring(district.id))
    audit(actor, "progress.rule.set", district, topics=topics, changes=changed)
    return row


def _kept(actor: Actor) -> Organization:
    district = organization_of(actor=actor)
    require(actor, may_keep_measurement, district)
    return district
