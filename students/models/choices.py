"""Grades and categories of disability."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Grade(models.TextChoices):
    PREKINDERGARTEN = "PK", _("Pre-K")
    KINDERGARTEN = "KG", _("Kindergarten")
    FIRST = "01", _("Grade 1")
    SECOND = "02", _("Grade 2")
    THIRD = "03", _("Grade 3")
    FOURTH = "04", _("Grade 4")
    FIFTH = "05", _("Grade 5")
    SIXTH = "06", _("Grade 6")
    SEVENTH = "07", _("Grade 7")
    EIGHTH = "08", _("Grade 8")
    NINTH = "09", _("Grade 9")
    TENTH = "10", _("Grade 10")
    ELEVENTH = "11", _("Grade 11")
    TWELFTH = "12", _("Grade 12")
    TRANSITION = "13", _("Transition, 18 to 21")
    UNKNOWN = "", _("Grade not known")


class EnglishLearner(models.TextChoices):
    """Where a student stands as an English learner (34 CFR 300.27)."""

    NO = "no", _("Not an English learner")
    CURRENT = "current", _("English learner")
    FORMER = "former", _("Reclassified as proficient")
    UNKNOWN = "", _("Not known")


class Disability(models.TextChoices):
    """The categories of 34 CFR 300.8(c); developmental delay is a State's option (300.8(b))."""

    AUTISM = "AUT", _("Autism")
    DEAF_BLINDNESS = "DB", _("Deaf-blindness")
    DEAFNESS = "DEAF", _("Deafness")
    EMOTIONAL = "ED", _("Emotional disturbance")
    HEARING = "HI", _("Hearing impairment")
    INTELLECTUAL = "ID", _("Intellectual disability")
    MULTIPLE = "MD", _("Multiple disabilities")
    ORTHOPEDIC = "OI", _("Orthopedic impairment")
    OTHER_HEALTH = "OHI", _("Other health impairment")
    SPECIFIC_LEARNING = "SLD", _("Specific learning disability")
    SPEECH_LANGUAGE = "SLI", _("Speech or language impairment")
    BRAIN_INJURY = "TBI", _("Traumatic brain injury")
    VISUAL = "VI", _("Visual impairment")
    DEVELOPMENTAL_DELAY = "DD", _("Developmental delay")
    NOT_DETERMINED = "", _("Not determined")
