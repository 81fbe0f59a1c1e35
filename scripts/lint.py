"""Run every linter, say what each found, and fail if any did."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
# `check --deploy` looks at the application as it is configured in production; these values go nowhere.
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "district.example.org",
    "PUBLIC_URL": "https://district.example.org",
    "STUDENT_DATA_ENCRYPTION_KEYS": secrets.token_hex(32),
    "BLIND_INDEX_KEY": secrets.token_hex(32),
    "STORAGE_URL": "file:///srv/files",
    "DATABASE_URL": "postgresql://app@127.0.0.1:1/app",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
STEPS: tuple[tuple[str, list[str], dict[str, str]], ...] = (
    ("ruff check", ["-m", "ruff", "check", "--quiet", "."], {}),
    ("ruff format", ["-m", "ruff", "format", "--check", "--output-format", "concise", "."], {}),
    (
        "import-linter",
        ["-c", "import sys; from importlinter.cli import lint_imports_command as go; sys.exit(go())"],
        {},
    ),
    ("mypy", ["-m", "mypy", "--no-error-summary"], {}),
    ("leaks", ["scripts/leaks.py"], {}),
    ("djlint", ["-m", "djlint", "--lint", "--quiet", "templates"], {}),
    ("migrations", ["-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"], {}),
    (
        "check --deploy",
        ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        {**PRODUCTION, "ENV_FILE": "none"},
    ),
)


def main() -> None:
    """Run the steps named on the command line, or all, and end with the number that failed."""
    failed = []
    for name, command, extra in STEPS:
        if len(sys.argv) > 1 and name.split()[0] not in sys.argv[1:]:
            continue
        begun = time.monotonic()
        done = subprocess.run(
            [PYTHON, *command],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **extra},
            capture_output=True,
            text=True,
            check=False,
        )
        verdict = "failed" if done.returncode else "ok"
        sys.stdout.write(f"{name:16}{verdict:8}{time.monotonic() - begun:5.1f} s\n")
        if done.returncode:
            failed.append(name)
            sys.stdout.write(f"{(done.stdout + done.stderr).strip()}\n\n")
        sys.stdout.flush()
    if failed:
        sys.exit(f"lint: {', '.join(failed)} failed.")


if __name__ == "__main__":
    main()
