"""The search for secrets finds each kind, and nothing in what git keeps."""

import base64
import subprocess
import sys

import pytest

from scripts.leaks import PATTERNS, ROOT, found_in

WORD = base64.b64encode(bytes(range(60))).decode().replace("+", "x").replace("/", "y").replace("=", "")
# Put together here, so that this file has none.
SECRETS = {
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "AWS key": "AKIA" + "Z7" * 8,
    "token of GitHub": "ghp_" + WORD[:36],
    "key of OpenAI": "sk-" + WORD[:40],
    "key of Resend": "re_" + WORD[:10] + "_" + WORD[:20],
    "token of Polar": "polar_oat_" + WORD[:30],
    "webhook secret": "whsec_" + WORD[:32],
    "token of Slack": "xoxb-" + WORD[:30],
    "token of ours": "tl_" + WORD[:43],
    "signed token": ".".join(["eyJ" + WORD[:20], "eyJ" + WORD[:20], WORD[:20]]),
    "password in an address": "postgresql://app:" + WORD[:12] + "@db.example.org/app",
    "secret in a setting": "SECRET_KEY=" + WORD[:40],
}


def test_every_kind_of_secret_has_its_example():
    assert set(SECRETS) == set(PATTERNS)


@pytest.mark.parametrize("kind", SECRETS)
def test_secret_is_found(kind):
    assert (2, kind) in found_in(f"harmless\n{SECRETS[kind]}\nharmless")
    assert not found_in(f"{SECRETS[kind]}  # leaks: ok, an example")


def test_repository_has_no_secrets():
    done = subprocess.run(
        [sys.executable, "scripts/leaks.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
