"""Comments beside an IEP: a page to say something, a page for each thread; the editor shows both in place."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import NotAllowed
from core.http import ActorRequest, opens_record, say, see_other
from ieps import mutations, queries
from ieps.forms import CommentForm, PassageForm
from ieps.views.frame import framed, tried

ACTS: dict[str, tuple[Any, str | Promise]] = {
    "strike": (mutations.strike_comment, _("The comment is struck out.")),
    "resolve": (mutations.resolve_comment, _("The comment is settled.")),
    "reopen": (mutations.reopen_comment, _("The comment is open again.")),
}


@require_http_methods(["GET", "POST"])
def add(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """GET, POST /ieps/…/comments/add/?field=…: comment on a passage, or on all of a text."""
    found = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    return write_comment(request, found.student_id, found)


@opens_record
def write_comment(request: ActorRequest, student_id: UUID, found: queries.IepPage) -> HttpResponse:
    """The form of a new comment, written down as opened."""
    if not (found.may_comment if request.method == "POST" else found.may_say_something):
        raise NotAllowed
    people = queries.colleagues(actor=request.actor, student_id=student_id)
    form = PassageForm(
        request.POST if request.method == "POST" else None, initial=request.GET.dict(), people=people
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        comment, status = tried(
            form,
            lambda: mutations.add_comment(actor=request.actor, iep_id=found.iep_id, **form.cleaned_data),
        )
        if comment is not None:
            say(request, _("The team sees your comment."))
            return see_other(_beside(found.iep_id, comment.id))
    elif request.method == "POST":
        status = 422
    return framed(request, "ieps/comment_add.html", {"page": found, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
def thread(request: ActorRequest, comment_id: UUID) -> HttpResponse:
    """GET, POST /ieps/comments/…/: a thread, and an answer to it."""
    comment = queries.visible_comment(actor=request.actor, comment_id=comment_id)
    return answer(request, comment.student_id, comment.iep_id, comment.thread_id or comment.id)


@opens_record
def answer(request: ActorRequest, student_id: UUID, iep_id: UUID, thread_id: UUID) -> HttpResponse:
    """A thread with the form of an answer, written down as opened."""
    found = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    if request.method == "POST" and not found.may_comment:
        raise NotAllowed
    form, status = _form(request, student_id), 200
    if request.method == "POST" and form.is_valid():
        said, status = tried(
            form,
            lambda: mutations.answer_comment(actor=request.actor, comment_id=thread_id, **form.cleaned_data),
        )
        if said is not None:
            say(request, _("The team sees your answer."))
            return see_other(_beside(iep_id, thread_id))
    elif request.method == "POST":
        status = 422
    context = {"page": found, "form": form, "thread": _thread(found, thread_id)}
    return framed(request, "ieps/comment.html", context, status=status)


@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, comment_id: UUID) -> HttpResponse:
    """GET, POST /ieps/comments/…/edit/: mend one's own comment."""
    comment = queries.visible_comment(actor=request.actor, comment_id=comment_id)
    return mend(request, comment.student_id, comment)


@opens_record
def mend(request: ActorRequest, student_id: UUID, comment: Any) -> HttpResponse:
    """The form of one's own comment, written down as opened."""
    if comment.person_id != request.actor.person_id:
        raise NotAllowed
    form, status = _form(request, student_id, {"body": comment.body, "mentioned": comment.mentioned}), 200
    if request.method == "POST" and form.is_valid():
        said, status = tried(
            form,
            lambda: mutations.edit_comment(actor=request.actor, comment_id=comment.id, **form.cleaned_data),
        )
        if said is not None:
            say(request, _("Saved."))
            return see_other(_beside(comment.iep_id, comment.thread_id or comment.id))
    elif request.method == "POST":
        status = 422
    found = queries.iep_page(actor=request.actor, iep_id=comment.iep_id, today=request.actor.today)
    context = {"page": found, "form": form, "comment": comment}
    return framed(request, "ieps/comment_edit.html", context, status=status)


@require_POST
def act(request: ActorRequest, comment_id: UUID, name: str) -> HttpResponse:
    """POST /ieps/comments/…/<act>/: strike out, settle, take up again."""
    do, done = ACTS[name]
    comment = do(actor=request.actor, comment_id=comment_id)
    say(request, done)
    return see_other(_beside(comment.iep_id, comment.thread_id or comment.id))


def _form(request: ActorRequest, student_id: UUID, initial: dict[str, Any] | None = None) -> CommentForm:
    people = queries.colleagues(actor=request.actor, student_id=student_id)
    return CommentForm(request.POST if request.method == "POST" else None, initial=initial, people=people)


def _thread(found: queries.IepPage, thread_id: UUID) -> queries.Thread:
    return next(thread for thread in found.threads if thread.id == thread_id)


def _beside(iep_id: UUID, comment_id: UUID) -> str:
    return f"{reverse('ieps:iep', args=[iep_id])}#comment-{comment_id}"
