"""How many SQL statements a page runs, counted in this process."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.pages import Visitor


def counted(visitors: list[Visitor]) -> dict[str, str]:
    """Statements of each page, as the smallest and the largest number among the visitors."""
    found: dict[str, set[int]] = {}
    for visitor in visitors:
        client = Client(headers={"X-Organization": visitor.slug, "Host": "127.0.0.1"})
        client.cookies["session"] = visitor.cookie
        for page, addresses in visitor.pages.items():
            for address in addresses[:2]:
                with CaptureQueriesContext(connection) as queries:
                    client.get(address)
                found.setdefault(page, set()).add(len(queries))
    return {page: str(min(n)) if len(n) == 1 else f"{min(n)} to {max(n)}" for page, n in found.items()}
