"""Settings from the environment and from `.env`. Pure: knows no Django."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class BadSetting(Exception):
    """A setting has a value that cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What the process was told: its environment, over the `.env` file."""

    values: Mapping[str, str]

    @classmethod
    def read(cls, dotenv: Path | None) -> "Environment":
        """The environment of this process, with `dotenv` beneath it. An empty value counts as unset.

        ENV_FILE=none leaves the file out: tests and linters must not depend on what a developer has written there.
        """
        is_wanted = os.environ.get("ENV_FILE") != "none" and dotenv is not None and dotenv.is_file()
        written = parse_dotenv(dotenv.read_text()) if dotenv is not None and is_wanted else {}
        return cls({name: value for name, value in {**written, **os.environ}.items() if value.strip()})

    def text(self, name: str, default: str = "") -> str:
        """A setting as it stands."""
        return self.values.get(name, default).strip()

    def words(self, name: str) -> list[str]:
        """A setting that is a list, separated by commas."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def number(self, name: str, default: int) -> int:
        """A whole number. Raises BadSetting."""
        value = self.text(name, str(default))
        if not value.isdecimal():
            raise BadSetting(f"{name} must be a whole number; it is {value!r}.")
        return int(value)

    def flag(self, name: str) -> bool | None:
        """Yes, no, or None when unset. Raises BadSetting."""
        value = self.text(name).lower()
        if not value:
            return None
        if value not in TRUE | FALSE:
            raise BadSetting(f"{name} must be 1 or 0; it is {value!r}.")
        return value in TRUE

    def missing(self, *names: str) -> list[str]:
        """Those of the names that are unset."""
        return [name for name in names if not self.text(name)]


def parse_dotenv(text: str) -> dict[str, str]:
    """The settings of a `.env` file: `NAME=value`, quotes optional, `#` begins a comment."""
    found = {}
    for line in text.splitlines():
        match = LINE.match(line)
        if not match:
            continue
        name, value = match.groups()
        if value[:1] in {'"', "'"} and (end := value.find(value[0], 1)) > 0:
            value = value[1:end]
        else:
            value = re.sub(r"(^|\s)#.*$", "", value).strip()
        found[name] = value
    return found


PLANNING = {
    # Pages read few rows of many, from memory or a disk without a moving head: going to each by an index is cheap.
    "random_page_cost": 1.1,
    # Many people share the processors: a statement takes one of them, and is not compiled for its few milliseconds.
    "max_parallel_workers_per_gather": 0,
    "jit": "off",
}
"""How PostgreSQL is to plan our statements, whatever its own settings are (docs/adr/0037-plans-of-statements.md)."""


def database(url: str, *, statement_timeout_ms: int, pool_size: int) -> dict[str, Any]:
    """Django's settings for a `postgresql://` address. Raises BadSetting."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise BadSetting("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    limits = {
        "statement_timeout": statement_timeout_ms,
        "lock_timeout": 2_000,
        # Nobody thinks longer between two statements than one of them may take.
        "idle_in_transaction_session_timeout": max(10_000, statement_timeout_ms),
    }
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    options["options"] = " ".join(f"-c {name}={value}" for name, value in (limits | PLANNING).items())
    options.setdefault("connect_timeout", 3)
    # A network that swallows everything is noticed by the system below, too.
    for name, value in {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}.items():
        options.setdefault(name, value)
    options.setdefault("tcp_user_timeout", 6_000)
    if pool_size:
        # Whoever finds no connection for 3 s gives up; a request has its own patience (core/patience.py). The pool
        # itself tries for as long as one waits, then anew with the next request: its usual pauses grow to minutes, and
        # would outlast the absence of the server.
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 3, "reconnect_timeout": 6}
    return {
        "ENGINE": "sped.postgresql",
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def origin(url: str, name: str) -> str:
    """Scheme, host and port of an address. Raises BadSetting."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise BadSetting(f"{name} must be an address such as https://district.example.org, without a path.")
    return f"{parts.scheme}://{parts.netloc}"


def own_secrets(path: Path) -> dict[str, str]:
    """Random secrets of this checkout, made at first use. Only a demonstration uses them."""
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError):
        made = {"secret_key": secrets.token_urlsafe(64), "data_key": secrets.token_hex(32)}
        made["index_key"] = secrets.token_hex(32)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made))
        os.link(draft, path)  # of two processes that start at once, one wins
    except FileExistsError:
        made = dict(json.loads(path.read_text()))
    except OSError:
        return made
    finally:
        draft.unlink(missing_ok=True)
    return made


def running_servers(path: Path) -> dict[str, str]:
    """The addresses of the servers that `make run` is running in this checkout, so that commands find them."""
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError):
        return {}
