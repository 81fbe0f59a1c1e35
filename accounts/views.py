"""Pages of people, roles, schools and settings; and the way from the front door to one's district."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from accounts.actors import districts_of, own_id


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """GET /: the only district, a choice of districts, or what to do when nothing is shared yet."""
    districts = districts_of(own_id(request))
    if len(districts) == 1:
        return HttpResponseRedirect(f"/d/{districts[0].slug}/")
    return render(request, "accounts/start.html", {"districts": districts})
