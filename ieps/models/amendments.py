"""A proposed change of the IEP in force: what it is based on, why, and how it comes to be agreed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ieps.models.programs import Iep, OfIep
from students.models import Student


class Amendment(OfIep):
    """What makes an open IEP an amendment (34 CFR 300.324(a)(4), (6)): `base` is what `iep` changes."""

    class Way(models.TextChoices):
        AGREEMENT = "agreement", _("Without a meeting, by written agreement with the parent")
        MEETING = "meeting", _("By the IEP team at a meeting")

    iep = models.OneToOneField(
        Iep, on_delete=models.PROTECT, related_name="amendment", db_constraint=False, db_index=False
    )
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    base = models.ForeignKey(
        Iep, on_delete=models.PROTECT, related_name="amended_by", db_constraint=False, db_index=False
    )
    reason = models.TextField(_("why the IEP is to change"), max_length=2000)
    way = models.CharField(_("how it is decided"), max_length=9, choices=Way, default=Way.AGREEMENT)
    met_on = models.DateField(_("day of the meeting"), null=True, blank=True)
    copy_asked_on = models.DateField(_("the parent asked for a revised copy on"), null=True, blank=True)
    copy_given_on = models.DateField(_("the parent was given it on"), null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(iep=F("base")), name="amendment_of_another"),
            models.CheckConstraint(
                condition=Q(copy_given_on=None) | Q(copy_given_on__gte=F("copy_asked_on")),
                name="copy_given_after_asked",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "iep"], name="amendment_by_iep"),
            models.Index(fields=["organization", "student"], name="amendment_by_student"),
        )
