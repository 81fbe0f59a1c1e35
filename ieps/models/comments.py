"""What colleagues say to each other beside an IEP: comments on a passage, answered, settled, taken up again."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from ieps.models.programs import Iep, OfIep
from students.models import Student


class Comment(OfIep):
    """A comment, or an answer to one (`thread`). It stands beside a passage of the shared text of one `field`.

    `start` and `length` count UTF-16 units in version `text_version` of the text and move along with later changes; a
    length of 0 means the whole text. `quote` keeps the words as they were when the comment was written.
    """

    iep = models.ForeignKey(
        Iep, on_delete=models.PROTECT, related_name="comments", db_constraint=False, db_index=False
    )
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    thread = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="answers",
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
    )
    field = models.CharField(max_length=40)
    text_id = models.UUIDField(null=True, blank=True)
    text_version = models.PositiveIntegerField(default=0)
    start = models.PositiveIntegerField(default=0)
    length = models.PositiveIntegerField(default=0)
    quote = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(_("comment"), max_length=2000)
    mentioned = ArrayField(models.UUIDField(), default=list, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True)
    struck_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="comment_resolved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(thread=None) | Q(resolved_at=None), name="comment_threads_are_resolved"
            ),
        )
        indexes = (
            models.Index(fields=["organization", "iep", "created_at"], name="comment_by_iep"),
            models.Index(fields=["organization", "student"], name="comment_by_student"),
            models.Index(
                fields=["organization", "text_id"], condition=Q(text_id__isnull=False), name="comment_by_text"
            ),
        )
