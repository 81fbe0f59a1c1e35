"""Capturing data in the classroom: whom to record, the page itself, what it reads and what it sends."""

import base64
import hashlib
import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from casefile import mutations, queries
from casefile.capturing import as_json
from casefile.device_keys import device_keys
from casefile.forms import CapturedForm, QuickForm, SessionForm
from core.errors import Conflict, Invalid
from core.http import ActorRequest, never_stored, page
from students.mutations import log_list_access

FILES = (
    "app.css",
    "capture.css",
    "theme.js",
    "app.js",
    "capture.js",
    "leave.js",
    "images/favicon.svg",
    "fonts/hanken-grotesk-latin-wght-normal.woff2",
)
"""What the capture page needs to open without a network."""
MOST_AT_ONCE = 100
KEEPS_SECONDS = 12 * 3600
"""How long a device reads what it keeps without asking again whether its person is still signed in."""


class SomebodyElse(Conflict):
    """The device sends what another person recorded."""

    code = "somebody_else"
    message = _("Somebody else is signed in here. What you recorded is kept until you sign in.")


@require_GET
def capture(request: ActorRequest) -> HttpResponse:
    """GET /capture/: one's groups, data tasks, and who is due today."""
    found = queries.to_capture(actor=request.actor, today=request.actor.today)
    log_list_access(
        actor=request.actor,
        student_ids={student.id for student in found.due} | {task.student_id for task in found.tasks},
        page="capture",
    )
    return page(request, "casefile/capture.html", {"found": found, "active": "capture", "form": QuickForm()})


@require_GET
@csp_update({"worker-src": [SELF]})  # type: ignore[arg-type]  # our request is typed more closely
def capture_page(request: ActorRequest) -> HttpResponse:
    """GET /capture/session/: the page without anything of a student, which a device may keep."""
    return page(request, "casefile/capture_session.html")


@require_GET
def capture_data(request: ActorRequest) -> HttpResponse:
    """GET /capture/session/data/: the students and goals of a session, for the page's script."""
    form = SessionForm(request.GET)
    if not form.is_valid():
        raise Invalid
    found = queries.capture_session(
        actor=request.actor,
        today=request.actor.today,
        group_id=form.cleaned_data["group"],
        student_id=form.cleaned_data["student"],
    )
    log_list_access(actor=request.actor, student_ids=[one.id for one in found.students], page="capture")
    return never_stored(JsonResponse(as_json(found, zone=timezone.get_current_timezone_name())))


@require_GET
def capture_hello(request: ActorRequest) -> HttpResponse:
    """GET /capture/hello/: who is signed in, what time it is, and the keys of what this person's devices keep."""
    actor = request.actor
    answer = {
        "person": str(actor.person_id),
        "now": int(timezone.now().timestamp() * 1000),
        "csrf": get_token(request),
        "keys": [
            {"id": one.id, "key": base64.b64encode(one.key).decode()} for one in device_keys(actor=actor)
        ],
        "keeps_seconds": KEEPS_SECONDS,
    }
    return never_stored(JsonResponse(answer))


@require_POST
def capture_save(request: ActorRequest) -> HttpResponse:
    """POST /capture/save/: scores that a device took. Each is kept or refused for itself."""
    given = _body(request)
    if given.get("person") != str(request.actor.person_id):
        raise SomebodyElse
    forms = [CapturedForm(one) for one in given["entries"]]
    device_now = _instant(given.get("device_now"))
    good = [form for form in forms if form.is_valid()]
    answers = iter(
        mutations.save_captured(
            actor=request.actor,
            entries=[form.entry(device_now=device_now) for form in good],
            today=request.actor.today,
        )
    )
    results = [_result(form, next(answers) if form.is_valid() else None) for form in forms]
    return never_stored(JsonResponse({"results": results}))


@require_GET
def capture_worker(request: ActorRequest) -> HttpResponse:
    """GET /capture/worker.js: what opens the page without a network; another version replaces it."""
    files = [static(name) for name in FILES]
    known = {
        "VERSION": _version(),
        "PAGE": reverse("casefile:capture-page"),
        "FILES": files,
    }
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in known.items())
    response = HttpResponse(
        head + _source("capture-worker.js"), content_type="text/javascript; charset=utf-8"
    )
    response["Cache-Control"] = "no-cache, no-store"
    return response


def _body(request: ActorRequest) -> dict[str, Any]:
    """What a device sent. Raises Invalid."""
    try:
        given = json.loads(request.body)
    except ValueError as error:
        raise Invalid(_("This is not JSON.")) from error
    entries = given.get("entries") if isinstance(given, dict) else None
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise Invalid(_("Send a list of scores."))
    if len(entries) > MOST_AT_ONCE:
        raise Invalid(_("Send at most 100 scores at once."))
    return dict(given)


def _instant(text: object) -> datetime | None:
    try:
        found = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and timezone.is_aware(found) else None


def _result(form: CapturedForm, answer: Any) -> dict[str, Any]:
    """What became of one score."""
    own = {"client_id": str(form.data.get("client_id", ""))}
    if answer is None:
        return {**own, "code": Invalid.code, "message": form.words}
    if answer.point is not None:
        return {**own, "point_id": str(answer.point.id), "is_repeat": answer.is_repeat}
    return {**own, "code": answer.code, "message": str(answer.message)}


@lru_cache(maxsize=1)
def _version() -> str:
    """One word for all that a device keeps of the page: changed files or words make another."""
    total = hashlib.sha256()
    for path in (*(_dist(name) for name in (*FILES, "capture-worker.js")), _template()):
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


@lru_cache(maxsize=1)
def _source(name: str) -> str:
    return _dist(name).read_text(encoding="utf-8")


def _dist(name: str) -> Path:
    return Path(settings.BASE_DIR) / "static" / "dist" / name


def _template() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "casefile" / "capture_session.html"
