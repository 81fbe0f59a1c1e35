"""What IEPs, goals, services and accommodations look like as JSON."""

from typing import Any

from rest_framework import serializers


class IepFields(serializers.Serializer[Any]):
    """The columns of an IEP that a program writes (34 CFR 300.320)."""

    meeting_on = serializers.DateField(allow_null=True, required=False)
    effective_on = serializers.DateField(allow_null=True, required=False)
    expires_on = serializers.DateField(allow_null=True, required=False)
    last_review_on = serializers.DateField(allow_null=True, required=False)
    strengths = serializers.CharField(allow_blank=True, required=False)
    parent_concerns = serializers.CharField(allow_blank=True, required=False)
    present_levels = serializers.CharField(allow_blank=True, required=False)
    impact = serializers.CharField(allow_blank=True, required=False)
    what_works = serializers.CharField(allow_blank=True, required=False)
    needs_behavior_supports = serializers.BooleanField(required=False)
    is_english_learner = serializers.BooleanField(required=False)
    needs_braille = serializers.BooleanField(required=False)
    has_communication_needs = serializers.BooleanField(required=False)
    needs_assistive_technology = serializers.BooleanField(required=False)
    special_factors = serializers.CharField(allow_blank=True, required=False)
    report_schedule = serializers.CharField(allow_blank=True, required=False)
    supports_for_staff = serializers.CharField(allow_blank=True, required=False)
    placement = serializers.CharField(allow_blank=True, required=False)
    percent_regular = serializers.DecimalField(
        max_digits=5, decimal_places=2, allow_null=True, required=False
    )
    nonparticipation = serializers.CharField(allow_blank=True, required=False)
    assessments = serializers.CharField(allow_blank=True, required=False)
    takes_alternate_assessment = serializers.BooleanField(required=False)
    alternate_reason = serializers.CharField(allow_blank=True, required=False)
    has_extended_year = serializers.BooleanField(allow_null=True, required=False)
    extended_year = serializers.CharField(allow_blank=True, required=False)
    transition_goals = serializers.CharField(allow_blank=True, required=False)
    transition_services = serializers.CharField(allow_blank=True, required=False)
    courses_of_study = serializers.CharField(allow_blank=True, required=False)
    notes = serializers.CharField(allow_blank=True, required=False)


class IepOutput(IepFields):
    """One version of an IEP."""

    id = serializers.UUIDField()
    student_id = serializers.UUIDField()
    number = serializers.IntegerField()
    kind = serializers.CharField()
    status = serializers.CharField()
    language = serializers.CharField()
    version = serializers.IntegerField()
    next_review_on = serializers.DateField(allow_null=True)
    changed_at = serializers.DateTimeField()
    changed_by = serializers.CharField(source="changed_by_name")
    texts = serializers.DictField(child=serializers.UUIDField(), required=False)


class GoalFields(serializers.Serializer[Any]):
    """The columns of a goal. Without a `baseline_value` the median of the first three scores stands for it.

    It is mastered when `mastery_hits` of `mastery_of` scores reach `mastery_value` (the target without one), in so many
    settings and with so many people; it is probed `probe_times` in `probe_days`.
    """

    domain = serializers.CharField()
    title = serializers.CharField(max_length=80)
    statement = serializers.CharField(max_length=2000)
    scale = serializers.CharField()
    unit = serializers.CharField(max_length=60)
    direction = serializers.CharField(required=False)
    baseline_value = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True, required=False)
    baseline_on = serializers.DateField()
    baseline_context = serializers.CharField(max_length=300, allow_blank=True, required=False)
    target_value = serializers.DecimalField(max_digits=9, decimal_places=2)
    target_on = serializers.DateField()
    accuracy = serializers.CharField(max_length=200, allow_blank=True, required=False)
    mastery_by = serializers.CharField(max_length=8, required=False)
    mastery_value = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True, required=False)
    mastery_hits = serializers.IntegerField(min_value=1, max_value=100, required=False)
    mastery_of = serializers.IntegerField(min_value=1, max_value=100, required=False)
    mastery_counts = serializers.CharField(max_length=5, required=False)
    mastery_window = serializers.CharField(max_length=6, required=False)
    mastery_settings = serializers.IntegerField(min_value=1, max_value=10, required=False)
    mastery_people = serializers.IntegerField(min_value=1, max_value=10, required=False)
    maintenance_days = serializers.IntegerField(min_value=1, max_value=365, allow_null=True, required=False)
    probe_times = serializers.IntegerField(min_value=1, max_value=100, required=False)
    probe_days = serializers.IntegerField(min_value=1, max_value=365, required=False)
    conditions = serializers.CharField(max_length=300, allow_blank=True, required=False)
    benchmarks = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    evaluation_method = serializers.CharField(max_length=200)
    frequency = serializers.CharField(max_length=80)
    responsible_id = serializers.UUIDField(allow_null=True, required=False)


class GoalOutput(GoalFields):
    """One goal of one IEP; `lineage_id` is shared with the goals of later IEPs that go on with it."""

    id = serializers.UUIDField()
    iep_id = serializers.UUIDField()
    student_id = serializers.UUIDField()
    lineage_id = serializers.UUIDField()
    number = serializers.IntegerField()
    version = serializers.IntegerField()


class ServiceFields(serializers.Serializer[Any]):
    """The columns of a service; `minutes` each time, `times` in a `period`."""

    kind = serializers.CharField()
    focus = serializers.CharField(max_length=80, allow_blank=True, required=False)
    minutes = serializers.IntegerField(min_value=1, max_value=1440)
    times = serializers.IntegerField(min_value=1, max_value=60)
    period = serializers.CharField(required=False)
    delivery = serializers.CharField()
    location = serializers.CharField(max_length=80)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    provider_id = serializers.UUIDField(allow_null=True, required=False)
    provider_role = serializers.CharField(max_length=80, allow_blank=True, required=False)


class ServiceOutput(ServiceFields):
    """One service of one IEP."""

    id = serializers.UUIDField()
    iep_id = serializers.UUIDField()
    version = serializers.IntegerField()


class AccommodationFields(serializers.Serializer[Any]):
    """The columns of an accommodation or modification."""

    kind = serializers.CharField()
    text = serializers.CharField(max_length=300)
    setting = serializers.CharField(max_length=120, allow_blank=True, required=False)


class AccommodationOutput(AccommodationFields):
    """One accommodation of one IEP."""

    id = serializers.UUIDField()
    iep_id = serializers.UUIDField()
    version = serializers.IntegerField()


class HandInput(serializers.Serializer[Any]):
    """How somebody signs: `typed` with the name of their account, or `drawn` with lines of points in 1000 by 300."""

    method = serializers.ChoiceField(choices=["typed", "drawn"])
    name = serializers.CharField(max_length=170, allow_blank=True, required=False)
    strokes = serializers.JSONField(required=False)
    digest = serializers.CharField(max_length=64, allow_blank=True, required=False)


class SignatureOutput(serializers.Serializer[Any]):
    """One signature: by whom, as what, what it means, under which text."""

    id = serializers.UUIDField(source="signature_id")
    name = serializers.CharField()
    role = serializers.CharField()
    meaning = serializers.CharField()
    method = serializers.CharField()
    signed_on = serializers.DateField()
    signed_at = serializers.DateTimeField()
    paper_reference = serializers.CharField()
    comment = serializers.CharField()
    recorded_by = serializers.CharField()
    digest = serializers.CharField()
    is_current = serializers.BooleanField()
    withdrawn_on = serializers.DateField(allow_null=True)
