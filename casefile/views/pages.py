"""Staff pages over several domains: My day, the caseload, the student page."""

import secrets
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from casefile import queries
from casefile.forms import ListForm, SearchForm, TimelineForm
from casefile.listing import list_page
from core.errors import NotFound
from core.http import ActorRequest, never_stored, opens_record, page, see_other
from core.kept import kept
from progress.queries import student_goals
from progress.views import goal_context

KEPT_SEARCHES = 10
KEPT_SECONDS = 5  # of a drawing that equal viewers share
KIND_WORDS = (
    ("", _("Everything")),
    ("changes", _("Changes")),
    ("iep", _("IEP")),
    ("progress", _("Progress")),
    ("record", _("Record")),
    ("opened", _("Opened by")),
)


@require_GET
def day(request: ActorRequest) -> HttpResponse:
    """GET /: what falls due, what waits, the newest scores."""
    actor = request.actor
    form = ListForm(request.GET)
    found = queries.my_day(actor=actor, today=actor.today, after=form.place().after)
    context = {
        "day": found,
        "active": "day",
        "local_now": localtime(),
        "given_name": actor.name.partition(" ")[0],
        "services_next": f"?after={found.services[-1].service.id}" if found.has_more_services else "",
    }
    return _page(request, f"casefile/day_{found.kind}.html", context)


@require_GET
def caseload(request: ActorRequest) -> HttpResponse:
    """GET /caseload/: the list, narrowed and ordered by its address."""
    form = ListForm(request.GET)
    if not request.GET and (chosen := queries.default_words(actor=request.actor)):
        return redirect(f"{reverse('casefile:caseload')}?{urlencode(chosen)}")
    words = typed_words(request)
    found = queries.caseload(
        actor=request.actor, filters=form.filters(words=words), place=form.place(), today=request.actor.today
    )
    return _page(
        request, "casefile/caseload.html", {"list": found, "active": "caseload", **list_page(request, found)}
    )


@require_http_methods(["GET", "POST"])
def search(request: ActorRequest) -> HttpResponse:
    """POST /search/: keep what was typed in the session, and show the list under a word that says nothing.

    So names stay out of addresses, histories and logs, and the result is a page like any other.
    """
    form = SearchForm(request.POST)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    if not words:
        return see_other(reverse("casefile:caseload"))
    key = secrets.token_urlsafe(6)
    kept = {**_searches(request), key: words}
    request.session["searches"] = dict(list(kept.items())[-KEPT_SEARCHES:])
    return see_other(f"{reverse('casefile:caseload')}?search={key}")


@require_GET
@opens_record
def student(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET /students/…/: the overview."""
    found = queries.overview(actor=request.actor, student_id=student_id, today=request.actor.today)
    news = queries.recent(actor=request.actor, head=found.head)
    return _student(
        request, "casefile/student_overview.html", found.head, "overview", {"page": found, "recent": news}
    )


@require_GET
@opens_record
def goals(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET /students/…/goals/: the goals as cards, one of them in full.

    When a score is recorded, every colleague's page asks for the same regions at once: they are drawn once for all
    who see the same. Without the request nothing of one viewer can get into what another is given.
    """
    if "X-Live" not in request.headers:
        found = _goals(request, student_id)
        return _student(request, "casefile/student_goals.html", found["head"], "goals", found)
    sight = queries.sight_of_scores(actor=request.actor, student_id=student_id)
    drawn = kept(
        ("goals", sight, request.get_full_path()),
        seconds=KEPT_SECONDS,
        read=lambda: render_to_string(
            "casefile/student_goals.html", {**_goals(request, student_id), "base": "casefile/_bare.html"}
        ),
    )
    return never_stored(HttpResponse(drawn))


def _goals(request: ActorRequest, student_id: UUID) -> dict[str, Any]:
    """What the page of goals shows. Raises NotFound, also for a goal that is not among them."""
    today = request.actor.today
    head = queries.student_head(actor=request.actor, student_id=student_id, today=today)
    cards = student_goals(actor=request.actor, student_id=student_id, today=today)
    known = {str(card.goal_id): card.goal_id for card in cards.cards}
    wanted = request.GET.get("goal", next(iter(known), ""))
    if wanted and wanted not in known:
        raise NotFound
    context = goal_context(request, student_id=student_id, goal_id=known[wanted]) if wanted else {}
    return {
        "head": head,
        "tab": "goals",
        "goals": cards,
        "selected": known.get(wanted),
        "region_url": request.get_full_path(),
        **context,
    }


@require_GET
@opens_record
def team(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET /students/…/team/: who is on the team, who was, and the family."""
    found = queries.team_page(actor=request.actor, student_id=student_id, today=request.actor.today)
    return _student(request, "casefile/student_team.html", found.head, "team", {"page": found})


@require_GET
@opens_record
def timeline(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET /students/…/timeline/: who changed or opened what."""
    form = TimelineForm(request.GET)
    place = form.place()
    kind = form.cleaned_data.get("kind", "")
    found = queries.timeline(
        actor=request.actor, student_id=student_id, kind=kind, place=place, today=request.actor.today
    )
    return _student(
        request,
        "casefile/student_timeline.html",
        found.head,
        "timeline",
        {"page": found, "kinds": KIND_WORDS},
    )


def _student(
    request: ActorRequest, template: str, head: queries.StudentHead, tab: str, context: dict[str, Any]
) -> HttpResponse:
    pinned = queries.is_pinned(actor=request.actor, student_id=head.id)
    return _page(
        request, template, {"head": head, "tab": tab, "active": "caseload", "is_pinned": pinned, **context}
    )


def _page(request: ActorRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page; when a live region asks for itself, the same page without its surroundings."""
    is_region = bool(request.headers.get("X-Live"))
    return page(request, template, {**context, "base": "casefile/_bare.html" if is_region else "shell.html"})


def typed_words(request: ActorRequest) -> str:
    """What was typed into the search of the list, kept in the session under the word in its address or form."""
    given = request.POST if request.method == "POST" else request.GET
    return _searches(request).get(given.get("search", ""), "")


def _searches(request: ActorRequest) -> dict[str, str]:
    kept = request.session.get("searches", {})
    return kept if isinstance(kept, dict) else {}
