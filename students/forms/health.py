"""Forms of health and safety."""

from django import forms

from students.forms.record import ShapesOnly
from students.models import Allergy, Condition, Guardian, HealthPlan, Medication


class ConditionForm(ShapesOnly):
    """A medical condition."""

    class Meta:
        model = Condition
        fields = ("name", "notes")


class MedicationForm(ShapesOnly):
    """A medicine: dose, times, who prescribed it, whether school gives it."""

    class Meta:
        model = Medication
        fields = ("name", "dose", "times", "prescriber", "is_given_at_school")


class AllergyForm(ShapesOnly):
    """An allergy with its reaction and severity."""

    class Meta:
        model = Allergy
        fields = ("substance", "severity", "reaction")


class HealthPlanForm(ShapesOnly):
    """Diet and emergency plan."""

    class Meta:
        model = HealthPlan
        fields = ("diet", "emergency_plan")


class CourtForm(ShapesOnly):
    """What a court ordered about a guardian, and what follows."""

    class Meta:
        model = Guardian
        fields = ("may_see_records", "may_contact", "may_pick_up", "court_restrictions")


HEALTH_FORMS: dict[str, type[forms.ModelForm]] = {  # type: ignore[type-arg]  # generic for the checker only
    "condition": ConditionForm,
    "medication": MedicationForm,
    "allergy": AllergyForm,
}
