"""A student as a person: how they communicate, what helps, what they like. Read by everybody who works with them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from students.models.base import OfStudent

LONGEST_WORDS = 4000


class Mode(models.TextChoices):
    """How a student communicates."""

    SPEECH = "speech", _("Speech")
    DEVICE = "device", _("Speech-generating device (AAC)")
    PICTURES = "pictures", _("Pictures or symbols")
    SIGN = "sign", _("Sign language")
    GESTURE = "gesture", _("Gestures and facial expression")
    WRITING = "writing", _("Writing or typing")
    BRAILLE = "braille", _("Braille")
    OTHER = "other", _("Another way")


class Profile(OfStudent):
    """The page "About me". Its words never enter the audit."""

    student = models.OneToOneField(
        "students.Student",
        on_delete=models.PROTECT,
        related_name="profile",
        db_constraint=False,
    )
    modes = ArrayField(
        models.CharField(max_length=8, choices=Mode),
        verbose_name=_("ways of communicating"),
        default=list,
        blank=True,
    )
    communication = models.TextField(_("how the student communicates"), max_length=LONGEST_WORDS, blank=True)
    what_helps = models.TextField(_("what helps"), max_length=LONGEST_WORDS, blank=True)
    what_to_avoid = models.TextField(_("what to avoid"), max_length=LONGEST_WORDS, blank=True)
    strengths = models.TextField(_("strengths"), max_length=LONGEST_WORDS, blank=True)
    interests = models.TextField(_("interests"), max_length=LONGEST_WORDS, blank=True)
    motivators = models.TextField(_("motivators"), max_length=LONGEST_WORDS, blank=True)
    routines = models.TextField(_("routines"), max_length=LONGEST_WORDS, blank=True)
    culture = models.TextField(_("culture and family life"), max_length=LONGEST_WORDS, blank=True)


WORDS = (
    "communication",
    "what_helps",
    "what_to_avoid",
    "strengths",
    "interests",
    "motivators",
    "routines",
    "culture",
)
