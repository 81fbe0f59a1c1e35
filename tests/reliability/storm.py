"""A middleware for F18: requests that lock two case files, some in one order and some in the other."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from students.models import Student

ORDERS = {"there": "id", "back": "-id"}


class LockInOrder:
    """Do what `X-Order` says before the work of the request, in its transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("X-Order") not in ORDERS:
            return self.get_response(request)
        for student_id in (
            Student.objects.exclude(family_name="Stormproof")
            .order_by(ORDERS[request.headers["X-Order"]])
            .values_list("id", flat=True)[:2]
        ):
            Student.objects.select_for_update().get(id=student_id)
            time.sleep(0.01)
        response = self.get_response(request)
        response["X-Collisions"] = str(request.tries.collisions)
        return response
