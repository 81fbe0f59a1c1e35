"""The demonstration districts, built once for a run: each test that looks at them gets a copy of their rows.

They are built in a database of their own, by the first worker that needs them; a copy takes a part of a second.
"""

import os
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from tests.conftest import admin_url, clone, fingerprint, has_rows, reference_tables, tables

LOCK = 4_712
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
NAME = f"demonstration_{RUN[:32]}"
SEQUENCES = "SELECT sequencename, coalesce(last_value, 1) FROM pg_sequences WHERE schemaname = 'public'"
RAISE = "SELECT setval(%(sequence)s::regclass, greatest(%(value)s, nextval(%(sequence)s::regclass)))"


@pytest.fixture
def demonstration(transactional_db: None) -> None:
    """The demonstration districts as `make run` loads them, committed."""
    with psycopg.connect(settings.ADMIN_URL, autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                _build(admin)
        finally:
            admin.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    _copy()
    _gather_statistics()


def _gather_statistics() -> None:
    """Once for each database: nobody else looks how full the tables are, and unplanned lists take seconds."""
    with psycopg.connect(admin_url(), autocommit=True) as target:
        known = target.execute(
            "SELECT reltuples FROM pg_class WHERE oid = 'students_student'::regclass"
        ).fetchone()
        if known is None or known[0] <= 0:
            target.execute("ANALYZE")


def _build(admin: "psycopg.Connection[Any]") -> None:
    """Build them where no relay and no worker touches them; forget those of earlier runs."""
    from casefile.demo.build import build

    for (old,) in admin.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'demonstration\\_%'"
    ).fetchall():
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(old)))
    draft = f"{NAME}_new"
    clone(admin, f"template_{fingerprint()}", draft)
    connection = connections["default"]
    kept = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = draft
    try:
        build()
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = kept
    admin.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(NAME))
    )


def _copy() -> None:
    """Put their rows into the worker's database, past triggers, which have done their work, and past the wall."""
    address = f"{settings.ADMIN_URL.rpartition('/')[0]}/{NAME}"
    with psycopg.connect(address) as source, psycopg.connect(admin_url()) as target:
        target.execute("SET session_replication_role = replica")
        for table in tables(source):
            if table in reference_tables or not has_rows(source, table):
                continue
            name = sql.Identifier(table)
            with (
                source.cursor().copy(sql.SQL("COPY {} TO STDOUT (FORMAT BINARY)").format(name)) as rows,
                target.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(name)) as copy,
            ):
                for block in rows:
                    copy.write(block)
        for sequence, value in source.execute(SEQUENCES).fetchall():
            target.execute(RAISE, {"sequence": sequence, "value": value})
