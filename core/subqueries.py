"""Subqueries that stand in many statements are written down once; Django would clone and compile them for each."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


def written(rows: "QuerySet[Any, Any]") -> RawSQL:
    """The statement of a queryset of one column, to stand after `in`. It must not speak of what is around it."""
    sql, params = rows.query.sql_with_params()
    return RawSQL(sql, params)  # noqa: S611  # Django wrote it; the values are apart
