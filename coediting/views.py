"""A text on a page of its own, and its history: any version, whose words, what is different, and the way back."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from coediting import mutations, queries
from core.errors import NotFound
from core.http import ActorRequest, opens_record, page, say, see_other

MOST_DIGITS = 9


@require_GET
def text(request: ActorRequest, text_id: UUID) -> HttpResponse:
    """GET /texts/…/: one text on a page of its own, to read or to write."""
    found = queries.text_page(actor=request.actor, text_id=text_id)
    return read_text(request, found.student_id, found)


@opens_record
def read_text(request: ActorRequest, _student_id: UUID, found: queries.TextPage) -> HttpResponse:
    """The page of one text, written down as opened."""
    return page(request, "coediting/text.html", {"active": "ieps", "page": found})


@require_GET
def history(request: ActorRequest, text_id: UUID) -> HttpResponse:
    """GET /texts/…/history/?version=&compare=: one version, perhaps compared with another."""
    found = queries.history_page(
        actor=request.actor,
        text_id=text_id,
        version=_number(request.GET.get("version")),
        compared=_number(request.GET.get("compare")),
    )
    return read_history(request, found.student_id, found)


@opens_record
def read_history(request: ActorRequest, _student_id: UUID, found: queries.HistoryPage) -> HttpResponse:
    """The page of a text's history, written down as opened."""
    return page(request, "coediting/history.html", {"active": "ieps", "page": found})


@require_http_methods(["GET", "POST"])
def restore(request: ActorRequest, text_id: UUID, version: int) -> HttpResponse:
    """GET, POST /texts/…/restore/<version>/: what would change, then a new change that makes the text read so."""
    if request.method == "POST":
        mutations.restore_version(actor=request.actor, text_id=text_id, version=version)
        say(
            request, _("The text reads again as it did then. Nothing is gone: the history has every version.")
        )
        return see_other(reverse("coediting:history", args=[text_id]))
    found = queries.restore_page(actor=request.actor, text_id=text_id, version=version)
    return read_restore(request, found.student_id, found)


@opens_record
def read_restore(request: ActorRequest, _student_id: UUID, found: queries.HistoryPage) -> HttpResponse:
    """The page that asks before a version comes back, written down as opened."""
    return page(request, "coediting/restore.html", {"active": "ieps", "page": found})


def _number(given: str | None) -> int | None:
    """A version named in an address. Raises NotFound for what is none."""
    if not given:
        return None
    if not given.isdecimal() or len(given) > MOST_DIGITS:
        raise NotFound
    return int(given)
