"""Quick entry by typing: what a line means, and the score once its meaning was confirmed."""

from uuid import uuid4

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from casefile import mutations, queries
from casefile.forms import QuickForm, QuickSaveForm
from casefile.quick import line_of
from core.errors import Invalid
from core.http import ActorRequest, page, say, see_other
from progress.measuring import Entry


@require_POST
def quick(request: ActorRequest) -> HttpResponse:
    """POST /capture/quick/: what a line means; in the body, so that no address or log has a name."""
    form = QuickForm(request.POST)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "form": form,
        "typed": typed,
        "readings": queries.quick_readings(actor=request.actor, text=typed, today=request.actor.today),
        "has_number": bool(line_of(typed).number),
        "active": "capture",
        "next": _back(request),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return page(request, "casefile/_quick_readings.html" if fragment else "casefile/quick.html", context)


@require_POST
def quick_save(request: ActorRequest) -> HttpResponse:
    """POST /capture/quick/save/: keep the score that was confirmed, dated today."""
    form = QuickSaveForm(request.POST)
    if not form.is_valid():
        raise Invalid(details={"fields": form.errors.get_json_data()})
    given = form.cleaned_data
    entry = Entry(
        goal_id=given["goal_id"],
        measured_on=request.actor.today,
        value=given["value"],
        client_id=given["client_id"],
        is_another_probe=given["is_another_probe"],
    )
    (answer,) = mutations.save_captured(actor=request.actor, entries=[entry], today=request.actor.today)
    if answer.point is None:
        context = {"answer": answer, "given": given, "client_id": uuid4(), "active": "capture"}
        return page(request, "casefile/quick_refused.html", context, status=Invalid.status)
    words = _("Saved: {student}, {goal}").format(
        student=answer.point.student.name, goal=answer.point.goal.title
    )
    say(request, words, undo_url=reverse("progress:undo", args=[answer.point.id]))
    return see_other(_back(request))


def _back(request: ActorRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return reverse("casefile:capture")
