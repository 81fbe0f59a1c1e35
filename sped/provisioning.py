"""What an empty PostgreSQL needs before the application: its two roles and a database with the rights of each."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

DATABASE, OWNER, APP = "throughline", "sped_owner", "sped_app"


def provision(admin: str, name: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """Make the two roles and the database, where they are not there yet. Returns the address for each role."""
    with psycopg.connect(admin, autocommit=True) as server:
        for role, rights in ((OWNER, "CREATEDB"), (APP, "NOCREATEDB")):
            known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            word = passwords["owner" if role == OWNER else "app"]
            server.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {} PASSWORD {}").format(
                    sql.SQL("ALTER" if known else "CREATE"),
                    sql.Identifier(role),
                    sql.SQL(rights),
                    sql.Literal(word),
                )
            )
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            make_database(server, name)
    base = admin.partition("@")[2].rpartition("/")[0]
    return {
        "owner": f"postgresql://{OWNER}:{passwords['owner']}@{base}/{name}",
        "app": f"postgresql://{APP}:{passwords['app']}@{base}/{name}",
    }


def make_database(server: "psycopg.Connection[Any]", name: str) -> None:
    """An empty database of the owner, in which the application may use what the owner will make."""
    server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
    info = server.info
    target = {
        "host": info.host,
        "port": info.port,
        "user": info.user,
        "password": info.password,
        "dbname": name,
    }
    with psycopg.connect(**target, autocommit=True) as database:  # type: ignore[arg-type]
        for statement in (
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE ON SCHEMA public TO {app}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        ):
            database.execute(sql.SQL(statement).format(owner=sql.Identifier(OWNER), app=sql.Identifier(APP)))
