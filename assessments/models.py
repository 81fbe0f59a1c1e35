"""Results of state and district assessments, as their source last gave them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from students.models import Grade, OfStudent


class AssessmentResult(OfStudent):
    """What a student reached in one assessment on one day; or why there is no score."""

    student = models.ForeignKey(
        "students.Student",
        on_delete=models.PROTECT,
        related_name="assessment_results",
        db_constraint=False,
        db_index=False,
    )
    source = models.CharField(max_length=20)
    sourced_id = models.CharField(max_length=120)
    title = models.CharField(_("assessment"), max_length=200)
    administered_on = models.DateField(_("date"))
    school_year = models.CharField(_("school year"), max_length=9, blank=True)
    grade = models.CharField(_("grade"), max_length=2, choices=Grade, blank=True, default=Grade.UNKNOWN)
    scores = models.JSONField(default=list, help_text="Value, what it counts, type of number.")
    levels = models.JSONField(default=list, help_text="Performance level, what it goes by, its name.")
    parts = models.JSONField(default=list, help_text="The same of each part: code, scores, levels.")
    accommodations = models.JSONField(default=list)
    language = models.CharField(max_length=200, blank=True)
    reason_not_tested = models.CharField(_("reason for no result"), max_length=200, blank=True)
    fingerprint = models.CharField(max_length=64)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "source", "sourced_id"], name="assessment_result_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["organization", "student", "-administered_on", "id"], name="result_by_student"
            ),
        )

    def __str__(self) -> str:
        return self.title
