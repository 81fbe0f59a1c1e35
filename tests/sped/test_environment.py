"""Settings: what is read from where, and which mode follows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from sped.environment import PLANNING, BadSetting, Environment, database, origin, own_secrets, parse_dotenv

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "district.example.org",
    "PUBLIC_URL": "https://district.example.org",
    "STUDENT_DATA_ENCRYPTION_KEYS": "ab" * 32,
    "BLIND_INDEX_KEY": "cd" * 32,
    "STORAGE_URL": "file:///srv/files",
    "DATABASE_URL": "postgresql://app:word@db:5433/district",
    "REDIS_URL": "redis://bus:6379/0",
}


def ask(expression, **told):
    """What the settings say in a process that was told only this."""
    done = subprocess.run(
        [sys.executable, "-c", f"from sped import settings as s; print({expression})"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": "none", **told},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def test_dotenv_is_read_as_people_write_it():
    text = "A=1\nexport B = \"two words\" # why\n# C=3\nD=\nE=x#y # z\nnonsense\nF='#'\nG=a=b"

    assert parse_dotenv(text) == {"A": "1", "B": "two words", "D": "", "E": "x#y", "F": "#", "G": "a=b"}


def test_environment_wins_over_dotenv_and_empty_is_unset(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("METRICS_TOKEN=file\nEMAIL_FROM=file\nPORT=")
    monkeypatch.setenv("METRICS_TOKEN", "environment")
    monkeypatch.setenv("EMAIL_FROM", " ")
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delenv("ENV_FILE")

    told = Environment.read(tmp_path / ".env")

    assert told.text("METRICS_TOKEN") == "environment"
    assert told.text("EMAIL_FROM", "default") == "default"
    assert told.missing("PORT", "METRICS_TOKEN") == ["PORT"]


@pytest.mark.parametrize(("written", "flag"), [("1", True), ("no", False), ("", None), ("TRUE", True)])
def test_flag_is_yes_no_or_unset(written, flag):
    assert Environment({"DEBUG": written}).flag("DEBUG") is flag


def test_unusable_values_name_their_setting():
    with pytest.raises(BadSetting, match="DEBUG"):
        Environment({"DEBUG": "maybe"}).flag("DEBUG")
    with pytest.raises(BadSetting, match="PORT"):
        Environment({"PORT": "80a"}).number("PORT", 1)
    with pytest.raises(BadSetting, match="DATABASE_URL"):
        database("mysql://x/y", statement_timeout_ms=1, pool_size=0)
    with pytest.raises(BadSetting, match="PUBLIC_URL"):
        origin("district.example.org", "PUBLIC_URL")
    with pytest.raises(BadSetting, match="PUBLIC_URL"):
        origin("https://district.example.org/app", "PUBLIC_URL")


def test_database_address_is_taken_apart():
    found = database(
        "postgresql://a%40b:p%3Aw@[::1]:5433/d?sslmode=require", statement_timeout_ms=7, pool_size=4
    )

    assert [found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "a@b",
        "p:w",
        "::1",
        "5433",
        "d",
    ]
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] == 4
    assert "statement_timeout=7 " in found["OPTIONS"]["options"]


def test_plans_do_not_depend_on_how_the_server_is_set(db):
    with connection.cursor() as cursor:
        said = {}
        for name in PLANNING:
            cursor.execute(f"SHOW {name}")
            said[name] = cursor.fetchone()[0]

    assert said == {name: str(value) for name, value in PLANNING.items()}


def test_own_secrets_are_made_once_and_kept_to_the_owner(tmp_path):
    path = tmp_path / "new" / "secrets.json"

    first = own_secrets(path)

    assert own_secrets(path) == first
    assert path.stat().st_mode & 0o077 == 0
    assert len({*first.values()}) == 3
    assert [child.name for child in path.parent.iterdir()] == ["secrets.json"]


def test_nothing_set_is_a_demonstration_on_this_machine_only():
    said = ask("s.IS_DEMONSTRATION, s.DEBUG, s.ALLOWED_HOSTS, s.SESSION_COOKIE_NAME")

    assert said == "True False ['127.0.0.1', 'localhost', '[::1]'] session"


def test_servers_alone_are_still_a_demonstration():
    said = ask(
        "s.IS_DEMONSTRATION", DATABASE_URL=PRODUCTION["DATABASE_URL"], REDIS_URL=PRODUCTION["REDIS_URL"]
    )

    assert said == "True"


@pytest.mark.parametrize("absent", sorted(PRODUCTION))
def test_production_refuses_to_start_and_names_what_is_missing(absent):
    told = {name: value for name, value in PRODUCTION.items() if name != absent}

    said = ask("s.IS_PRODUCTION", **told)

    assert "missing" in said
    assert absent in said
    assert not [name for name in told if name in said]


def test_production_is_strict():
    said = ask(
        "s.IS_PRODUCTION, s.DEBUG, s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT",
        **PRODUCTION,
    )

    assert said == "True False __Host-session True True"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "*"),
        ("PUBLIC_URL", "http://district.example.org"),
        ("DEBUG", "perhaps"),
        ("PUBLIC_URL", "x"),
    ],
)
def test_production_refuses_loose_values(name, value):
    said = ask("s.IS_PRODUCTION", **{**PRODUCTION, name: value})

    assert name in said
    assert "ImproperlyConfigured" in said


def test_debug_off_without_anything_is_not_a_demonstration():
    assert "SECRET_KEY" in ask("s.IS_PRODUCTION", DEBUG="0")


def test_owner_has_no_time_limit_and_its_own_address():
    said = ask(
        "s.DATABASES['default']['USER'], s.DATABASES['default']['OPTIONS']['options'].split()[1]",
        **PRODUCTION,
        DATABASE_ROLE="owner",
        DATABASE_OWNER_URL="postgresql://owner@db/district",
    )

    assert said == "owner statement_timeout=0"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STUDENT_DATA_ENCRYPTION_KEYS", f"{'ab' * 32},short", "key 2 must be 64 hexadecimal digits"),
        ("STUDENT_DATA_ENCRYPTION_KEYS", f"{'ab' * 32},{'ab' * 32}", "holds a key twice"),
        ("BLIND_INDEX_KEY", "cd" * 16, "BLIND_INDEX_KEY must be 64 hexadecimal digits"),
    ],
)
def test_a_key_that_cannot_be_used_is_named_and_not_shown(name, value, said):
    """R26: found at the start, not at the first encrypted field."""
    answer = ask("'started'", **PRODUCTION | {name: value})

    assert name in answer and said in answer
    assert value not in answer and "short" not in answer
