"""What Django itself refuses, in the one shape of an error; and what is left when a page has a defect."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core.errors import NotAllowed, NotFound
from core.middleware import BadRequest, Collision, Held, Unavailable, as_refusal, error_response, wants_json


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django could not read."""
    return error_response(request, BadRequest())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A refusal raised by a library."""
    return error_response(request, NotAllowed())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere: the same answer as for a record that is not shared."""
    return error_response(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """A defect of ours; or the database refused where no view was running, as in reading the session.

    The page asks the database for nothing.
    """
    error = sys.exception()
    refusal = as_refusal(error) if isinstance(error, Exception) else None
    if isinstance(refusal, Unavailable | Collision | Held):
        return error_response(request, refusal)
    message = _("Something broke on our side. What you had saved is safe.")
    if wants_json(request):
        body = {"code": "server_error", "message": message, "status": 500, "details": {}}
        return JsonResponse(body, status=500)
    return HttpResponse(render_to_string("500.html", {"request": request}), status=500)
