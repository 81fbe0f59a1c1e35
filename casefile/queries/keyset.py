"""Pages of long lists by position, not by counting: the 25 rows after or before a row.

An address names the row by its id alone, so that no name or date of a student stands in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet

PAGE_ROWS = 25

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Key:
    """One column of an order. Columns have no nulls; the last one is the id."""

    column: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page begins: after one row or before another; the first page when neither is named."""

    after: Any = None
    before: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """Some rows in order, and whether there are others on either side."""

    rows: tuple[Row, ...]
    has_previous: bool = False
    has_next: bool = False


def keyset_page(
    rows: QuerySet[Row], keys: Sequence[Key], place: Place, *, among: QuerySet[Row], size: int = PAGE_ROWS
) -> Page[Row]:
    """The page of `rows` at a place; the first one when the row it names is not `among` those one may see.

    At most two statements, whatever the length of the list.
    """
    named = place.before or place.after
    mark = among.filter(pk=named).first() if named is not None else None
    is_backward = mark is not None and place.before is not None
    if mark is not None:
        rows = rows.filter(_beyond(keys, mark, is_backward=is_backward))
    ordered = rows.order_by(*(_order(key, is_backward=is_backward) for key in keys))
    found = list(ordered[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if is_backward:
        return Page(rows=tuple(reversed(found)), has_previous=has_more, has_next=True)
    return Page(rows=tuple(found), has_previous=mark is not None, has_next=has_more)


def _order(key: Key, *, is_backward: bool) -> Any:
    return F(key.column).desc() if key.is_descending is not is_backward else F(key.column).asc()


def _beyond(keys: Sequence[Key], mark: Model, *, is_backward: bool) -> Q:
    """Rows beyond a row. The bound on the first column alone lets the database start in the middle of an index."""
    beyond = Q()
    equal: dict[str, Any] = {}
    for key in keys:
        word = "lt" if key.is_descending is not is_backward else "gt"
        value = getattr(mark, key.column)
        beyond |= Q(**equal, **{f"{key.column}__{word}": value})
        equal[key.column] = value
    first = keys[0]
    word = "lte" if first.is_descending is not is_backward else "gte"
    return Q(**{f"{first.column}__{word}": getattr(mark, first.column)}) & beyond
