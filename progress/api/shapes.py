"""What scores, phases, decisions and data tasks look like as JSON."""

from typing import Any

from rest_framework import serializers


class ScoreFields(serializers.Serializer[Any]):
    """One score as it is sent: `value` in the goal's unit, or `raw`, from which it follows, or both, which agree.

    `raw` is what was tapped, counted or timed, by the goal's scale: `{"trials": ["+", "-", "p:gesture"]}`,
    `{"correct": 64, "errors": 3, "seconds": 60}`.
    """

    measured_on = serializers.DateField()
    value = serializers.DecimalField(max_digits=9, decimal_places=2, required=False)
    raw = serializers.DictField(required=False)
    second_value = serializers.DecimalField(max_digits=9, decimal_places=2, required=False, allow_null=True)
    unit = serializers.CharField(max_length=60, required=False, allow_blank=True)
    is_baseline = serializers.BooleanField(required=False)
    mastery_level = serializers.CharField(max_length=10, required=False, allow_blank=True)
    setting = serializers.CharField(max_length=60, required=False, allow_blank=True)
    minutes = serializers.IntegerField(min_value=1, max_value=1440, required=False, allow_null=True)
    context = serializers.CharField(  # type: ignore[assignment]  # our field, not DRF's own `context`
        max_length=120, required=False, allow_blank=True
    )
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    antecedent = serializers.CharField(max_length=300, required=False, allow_blank=True)
    behavior = serializers.CharField(max_length=300, required=False, allow_blank=True)
    consequence = serializers.CharField(max_length=300, required=False, allow_blank=True)
    observer_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    client_id = serializers.UUIDField(required=False, allow_null=True)
    session_id = serializers.UUIDField(required=False, allow_null=True)
    captured_at = serializers.DateTimeField(required=False, allow_null=True)
    device_now = serializers.DateTimeField(required=False, allow_null=True)
    is_day_confirmed = serializers.BooleanField(required=False)
    is_another_probe = serializers.BooleanField(required=False)


class SharedPointOutput(serializers.Serializer[Any]):
    """A score as families read it."""

    id = serializers.UUIDField()
    goal_id = serializers.UUIDField()
    measured_on = serializers.DateField()
    value = serializers.DecimalField(max_digits=9, decimal_places=2)
    second_value = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)
    is_baseline = serializers.BooleanField()
    mastery_level = serializers.CharField()
    setting = serializers.CharField()
    minutes = serializers.IntegerField(allow_null=True)
    excluded_at = serializers.DateTimeField(allow_null=True)
    recorded_by = serializers.CharField(source="recorded_by_name")
    recorded_at = serializers.DateTimeField(source="created_at")


class PointOutput(SharedPointOutput):
    """A score as the team reads it: what was tapped or counted, and the words beside it. Families read less."""

    raw = serializers.DictField(allow_null=True, required=False)
    context = serializers.CharField(required=False)  # type: ignore[assignment]  # our field, not DRF's own
    note = serializers.CharField(required=False)
    antecedent = serializers.CharField(required=False)
    behavior = serializers.CharField(required=False)
    consequence = serializers.CharField(required=False)
    observer_name = serializers.CharField(required=False)
    session_id = serializers.UUIDField(allow_null=True, required=False)
    exclude_reason = serializers.CharField(required=False)


class PhaseOutput(serializers.Serializer[Any]):
    """What was tried in one time; `ends_on` is the first day without it."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # our field, not DRF's own `label`
    detail = serializers.CharField()
    reason = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class DecisionOutput(serializers.Serializer[Any]):
    """What was decided on a goal. Why, and the amendment that it opened, are for the IEP team."""

    id = serializers.UUIDField()
    choice = serializers.CharField()
    reason = serializers.CharField()
    decided_on = serializers.DateField()
    decided_by = serializers.CharField(source="by")
    phase = serializers.CharField(source="phase_label")
    proposed_target = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)
    proposed_target_on = serializers.DateField(allow_null=True)
    amendment_id = serializers.UUIDField(allow_null=True)


class DataTaskOutput(serializers.Serializer[Any]):
    """Who is asked to record a goal, and how; `ends_on` is the first day on which they no longer are."""

    id = serializers.UUIDField()
    person_id = serializers.UUIDField()
    instructions = serializers.CharField()
    trials = serializers.IntegerField(allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    assigned_by = serializers.CharField(source="assigned_by_name")
