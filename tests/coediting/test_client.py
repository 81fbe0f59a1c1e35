"""The browser's half without a browser: its clients converge, and it lets through what the server takes."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from coediting import delta
from tests.coediting.test_delta import BAD, GOOD
from tests.conftest import ROOT

HERE = ROOT / "tests" / "coediting"
SEQUENCES = 20_000 if os.environ.get("SOAK") else 800


def node(script: str, *arguments: object, told: str = "") -> str:
    """What one of our scripts writes."""
    command = ["node", "--no-warnings", HERE / script, *map(str, arguments)]
    done = subprocess.run(
        command, input=told, capture_output=True, text=True, check=True, cwd=ROOT, timeout=600
    )
    return done.stdout


def test_clients_converge_through_delays_and_lost_connections_and_reloaded_pages():
    result = json.loads(node("clients.mjs", SEQUENCES, 1))

    assert result["wrong"] == []
    assert result["made"] > 20 * SEQUENCES


def sift(changes: list[Any]) -> tuple[Any, list[Any]]:
    """The formats that the browser knows, and what it makes of changes."""
    first, *rest = node("formats.mjs", told="\n".join(map(json.dumps, changes))).rstrip("\n").split("\n")
    return json.loads(first), [json.loads(line) for line in rest]


def test_browser_and_server_allow_the_same_formats():
    (formats, blocks), _ = sift([[]])

    assert set(formats) == set(delta.FORMATS)
    assert set(blocks) == delta.BLOCK_FORMATS


def test_browser_leaves_alone_what_the_server_takes():
    _, sifted = sift(GOOD)

    assert sifted == GOOD


def test_browser_sends_nothing_that_the_server_refuses():
    changes = [ops for ops in BAD if isinstance(ops, list) and all(isinstance(op, dict) for op in ops)]
    changes = [[op for op in ops if "\ud83d" not in str(op.get("insert"))] for ops in changes]
    changes.append([{"insert": "a\r\nb\0", "attributes": {"bold": True, "header": 1, "list": "bullet"}}])
    _, sifted = sift([ops for ops in changes if all("insert" in op for op in ops)])

    assert [op["insert"] for op in sifted[-1]] == ["a", "\n", "b"]
    for ops in sifted:
        if ops:
            delta.check(ops)


def test_browser_sends_whole_characters_only():
    _, sifted = sift([[{"insert": "a\ud83db"}]])

    assert sifted == [[{"insert": "a\ufffdb"}]]
