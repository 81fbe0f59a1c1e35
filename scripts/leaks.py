"""Look for secrets in what git keeps: keys, tokens, passwords in addresses. Ends with how many lines have one.

A line that must have such words (an example of a specification) says so: `leaks: ok`, and why.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATTERNS = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "AWS key": re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    "token of GitHub": re.compile(r"\b(ghp|gho|ghs|github_pat)_[A-Za-z0-9_]{30,}"),
    "key of OpenAI": re.compile(r"\bsk-(proj-)?[A-Za-z0-9_-]{32,}"),
    "key of Resend": re.compile(r"\bre_[A-Za-z0-9]{8,}_[A-Za-z0-9]{16,}"),
    "token of Polar": re.compile(r"\bpolar_(oat|pat|whs)_[A-Za-z0-9]{24,}"),
    "webhook secret": re.compile(r"\bwhsec_[A-Za-z0-9+/=]{24,}"),
    "token of Slack": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{20,}"),
    "token of ours": re.compile(r"\btl_[A-Za-z0-9_-]{40,}"),
    "signed token": re.compile(r"\beyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    "password in an address": re.compile(
        r"\b(postgres(ql)?|redis|https?)://[^\s:/@{}$<>\"']+:(?!pass\w*@)[^\s:/@{}$<>\"']{8,}@"
    ),
    "secret in a setting": re.compile(
        r"^(SECRET_KEY|[A-Z_]*(TOKEN|SECRET|PASSWORD|API_KEY|_KEYS?))=[A-Za-z0-9+/_=-]{16,}$"
    ),
}
ALLOWED = "leaks: ok"
LARGEST_BYTES = 2_000_000


def found_in(text: str) -> list[tuple[int, str]]:
    """The lines with a secret, and its kind. The secret itself is not repeated."""
    return [
        (number, kind)
        for number, line in enumerate(text.splitlines(), 1)
        if ALLOWED not in line
        for kind, pattern in PATTERNS.items()
        if pattern.search(line)
    ]


def main() -> None:
    """Look through every file that git knows, or those that are named."""
    known = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = sys.argv[1:] or [name for name in known.stdout.decode().split("\0") if name]
    count = 0
    for name in names:
        path = ROOT / name
        if (
            not path.is_file()
            or path.stat().st_size > LARGEST_BYTES
            or Path(name).name == "package-lock.json"
        ):
            continue
        for number, kind in found_in(path.read_text(errors="replace")):
            sys.stdout.write(f"{name}:{number}: looks like a {kind}\n")
            count += 1
    sys.exit(f"leaks: {count} lines" if count else 0)


if __name__ == "__main__":
    main()
