"""The form for a new score."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _


class RecordPointForm(forms.Form):
    """Shapes only; whether the goal takes the score is the mutation's to say."""

    measured_on = forms.DateField(label=_("Measured on"))
    value = forms.DecimalField(
        label=_("Score"),
        max_digits=9,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    context = forms.CharField(label=_("Where and how"), max_length=120, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    # Sent again by an impatient finger or a queue, it records once.
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    is_another_probe = forms.BooleanField(
        label=_("It is another probe with the same score"), required=False, widget=forms.HiddenInput
    )

    def offer_another_probe(self) -> None:
        """Let whoever records say that the same score is no mistake."""
        self.fields["is_another_probe"].widget = forms.CheckboxInput()

    def __init__(self, *args: Any, unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].help_text = unit
        if not self.is_bound:
            self.initial.setdefault("client_id", uuid4())


class UndoForm(forms.Form):
    """Why a score is taken back; may stay empty."""

    reason = forms.CharField(required=False, max_length=300)
    next = forms.CharField(required=False, max_length=500)


class ChangeForm(forms.Form):
    """A change of instruction."""

    label = forms.CharField(label=_("What is tried now"), max_length=60)
    detail = forms.CharField(
        label=_("How often, by whom"),
        max_length=120,
        required=False,
        help_text=_("Such as 10 minutes daily, with an aide."),
    )
    starts_on = forms.DateField(label=_("From"))
    reason = forms.CharField(
        label=_("Why"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class PhaseForm(forms.Form):
    """What a phase is called, and when it ended."""

    label = forms.CharField(label=_("What is tried"), max_length=60)
    detail = forms.CharField(label=_("How often, by whom"), max_length=120, required=False)
    ends_on = forms.DateField(
        label=_("Ended"), required=False, help_text=_("The first day without it. Empty: it goes on.")
    )


class ExcludeForm(forms.Form):
    """Why a score does not count."""

    reason = forms.CharField(
        label=_("Why does it not count?"), max_length=300, help_text=_("Such as a fire drill, or an illness.")
    )


class StateForm(forms.Form):
    """How far a goal is, said by a person."""

    state = forms.ChoiceField(
        label=_("The goal is"),
        choices=[
            ("open", _("worked on")),
            ("maintenance", _("mastered, probed now and then")),
            ("met", _("met")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ScaleForm(forms.Form):
    """What each level of goal attainment looks like for one goal, from the best down."""

    much_more = forms.CharField(label=_("+2, much more than expected"), max_length=300)
    more = forms.CharField(label=_("+1, more than expected"), max_length=300)
    expected = forms.CharField(
        label=_("0, as expected"),
        max_length=300,
        help_text=_("What you expect by the day on which the goal is to be reached."),
    )
    less = forms.CharField(
        label=_("−1, less than expected"), max_length=300, help_text=_("Often where the student is now.")
    )
    much_less = forms.CharField(label=_("−2, much less than expected"), max_length=300)
    weight = forms.IntegerField(
        label=_("Weight among the goals"),
        min_value=1,
        max_value=10,
        initial=1,
        help_text=_("1 unless this goal matters more than the others."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("much_more", "more", "expected", "less", "much_less"):
            self.fields[name].widget = forms.Textarea(attrs={"rows": 2})


class RatingForm(forms.Form):
    """Which level a goal has reached."""

    level = forms.TypedChoiceField(label=_("Level reached"), coerce=int, widget=forms.RadioSelect)
    rated_on = forms.DateField(label=_("Rated on"))
    note = forms.CharField(
        label=_("What was seen"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, words: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [  # type: ignore[attr-defined]  # a choice field
            (value, f"{signed(value)}: {text}") for value, text in reversed(list(words))
        ]


class SecondForm(forms.Form):
    """What a second observer saw: a score, or each single trial or interval."""

    value = forms.DecimalField(
        label=_("Your score"),
        max_digits=9,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    marks = forms.TypedMultipleChoiceField(
        label=_("Which ones did you see?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, kind: str = "", count: int = 0, unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.count = kind, count
        if not kind:
            del self.fields["marks"]
            self.fields["value"].help_text = unit
            return
        del self.fields["value"]
        field = self.fields["marks"]
        field.choices = [(n, str(n)) for n in range(1, count + 1)]  # type: ignore[attr-defined]  # a choice field
        field.label, field.help_text = MARK_WORDS[kind]

    def seen(self, seconds: object = None) -> dict[str, Any]:
        """The score, or the raw data of the session as this observer saw it."""
        if not self.kind:
            return {"value": self.cleaned_data["value"]}
        ticked = set(self.cleaned_data["marks"])
        every = [n in ticked for n in range(1, self.count + 1)]
        if self.kind != "intervals":
            return {"raw": {self.kind: ["+" if hit else "-" for hit in every]}}
        return {"raw": {"intervals": every} | ({} if seconds is None else {"seconds": seconds})}


class RuleForm(forms.Form):
    """The numbers of the district's decision rule, each with what it does."""

    below = forms.IntegerField(
        label=_("Scores in a row short of the aimline"),
        min_value=2,
        max_value=10,
        help_text=_("So many ask the team for a decision: ◆ needs a decision."),
    )
    watch = forms.IntegerField(
        label=_("Scores in a row that ask for attention"),
        min_value=1,
        max_value=9,
        help_text=_("Fewer than above. So many turn a goal to ▲ watch."),
    )
    above = forms.IntegerField(
        label=_("Scores in a row beyond the aimline"),
        min_value=2,
        max_value=10,
        help_text=_("So many suggest to raise the goal."),
    )
    trend_points = forms.IntegerField(
        label=_("Scores from which the trend counts"),
        min_value=4,
        max_value=30,
        help_text=_("From so many scores on, a trend flatter than the aimline asks for a decision too."),
    )
    quiet_days = forms.IntegerField(
        label=_("School days without a score"),
        min_value=3,
        max_value=90,
        help_text=_("After more of them a goal has ◌ no data. Days without school do not count."),
    )
    mastery_hits = forms.IntegerField(
        label=_("Scores at the criterion that master a goal"),
        min_value=1,
        max_value=100,
        help_text=_("What a new goal begins with. Each goal may ask for more or less."),
    )
    mastery_of = forms.IntegerField(
        label=_("Of so many scores"),
        min_value=1,
        max_value=100,
        help_text=_("3 of 3 is three in a row; 4 of 5 lets one miss."),
    )


MARK_WORDS = {
    "trials": (_("Trials that were correct"), _("Tick each trial that you saw done right without help.")),
    "steps": (_("Steps that were done alone"), _("Tick each step that you saw done without help.")),
    "intervals": (_("Intervals in which you saw it"), _("Tick each interval in which it happened.")),
}


def signed(level: int) -> str:
    """A level of attainment with its sign."""
    return "0" if level == 0 else f"{'+' if level > 0 else '−'}{abs(level)}"
