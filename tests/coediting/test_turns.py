"""When texts have their turn: who writes again at once is not left for the next commit, and no failure loses a text."""

import asyncio
from contextlib import suppress

import pytest
from django.db import OperationalError

from coediting import turns

LONG_SECONDS = 60.0  # longer than any test: who waits for this to end has waited in vain


class Text:
    is_stale = False


class Table:
    """Turns that only write down which texts they were given, after `fails` that fail."""

    def __init__(self, *fails):
        self.fails, self.taken = list(fails), []
        self.turns = turns.Turns(self.turn)

    async def turn(self, texts):
        await asyncio.sleep(0)
        if self.fails:
            raise self.fails.pop(0)
        self.taken.append({text: text.is_stale for text in texts})

    async def until(self, count):
        while len(self.taken) < count:
            await asyncio.sleep(0.001)


def played(script, *fails):
    """Play a script of steps at a table; returns what each turn was given."""

    async def play():
        table = Table(*fails)
        runner = asyncio.create_task(table.turns.run())
        async with asyncio.timeout(10):
            await script(table)
        runner.cancel()
        with suppress(asyncio.CancelledError):
            await runner
        return table.taken

    return asyncio.run(play())


def test_a_turn_waits_for_all_who_were_answered_and_begins_with_the_last_of_them(monkeypatch):
    monkeypatch.setattr(turns, "GATHER_SECONDS", LONG_SECONDS)
    one, other = Text(), Text()

    async def script(table):
        table.turns.answered(["ada", "ben", "cy"])
        for text, author in ((one, "ada"), (other, "ben")):
            table.turns.wrote(text, author)
            await asyncio.sleep(0.01)
        assert table.taken == []
        table.turns.wrote(one, "cy")
        await table.until(1)

    assert played(script) == [{one: False, other: False}]


def test_who_was_answered_and_writes_no_more_holds_nobody_up_for_long():
    text = Text()

    async def script(table):
        table.turns.answered(["ada", "ben"])
        table.turns.wrote(text, "ada")
        await table.until(1)

    assert played(script) == [{text: False}]


def test_who_was_answered_long_ago_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(turns, "GATHER_SECONDS", LONG_SECONDS)
    text = Text()

    async def script(table):
        table.turns.answered(["ada"])
        table.turns._answered_at -= LONG_SECONDS
        table.turns.wrote(text, "ben")
        await table.until(1)

    assert played(script) == [{text: False}]


def test_a_single_writer_waits_for_nobody(monkeypatch):
    monkeypatch.setattr(turns, "GATHER_SECONDS", LONG_SECONDS)
    text = Text()

    async def script(table):
        for count in (1, 2, 3):
            table.turns.wrote(text, "ada")
            await table.until(count)
            table.turns.answered(["ada"])

    assert played(script) == [{text: False}] * 3


@pytest.mark.parametrize(
    "error", [OperationalError("away"), OSError("gone"), ValueError("a mistake of ours")]
)
def test_after_a_turn_that_failed_its_texts_are_read_again_with_those_that_came_since(error):
    one, other = Text(), Text()

    async def script(table):
        table.turns.touch(one)
        while table.fails:
            await asyncio.sleep(0)
        table.turns.touch(other)
        await table.until(1)

    assert played(script, error) == [{one: True, other: False}]


def test_what_comes_during_a_turn_has_the_next():
    one, other = Text(), Text()

    async def script(table):
        table.turns.touch(one)
        await table.until(1)
        table.turns.touch(other)
        await table.until(2)

    assert played(script) == [{one: False}, {other: False}]
