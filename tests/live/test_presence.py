"""Who is here: only those whom this person may see, by name; away, back, gone with the socket or its process."""

import time
from uuid import uuid4

import pytest
from django.conf import settings

from accounts.models import Membership
from core.hub import hub
from core.presence import colour
from core.tenant import organization
from live import queries
from tests.live.conftest import PATIENCE
from tests.reliability.scale import in_time


def names(people):
    return [one["name"] for one in people]


def here(tab, page, **more):
    tab.say(here=page, **more)
    return tab.hear_of("present")[page]


def hear_until(tab, page, expected, timeout=PATIENCE):
    until = time.monotonic() + timeout
    while True:
        people = tab.hear_of("present", max(0.01, until - time.monotonic()))[page]
        if names(people) == expected:
            return people


def test_colleagues_on_one_page_see_each_other_and_not_themselves(server, committed_cast, open_tab):
    page = committed_cast.student.topic
    casey, sam = open_tab(server, committed_cast.casey), open_tab(server, committed_cast.sam)
    assert here(casey, page) == []

    assert names(here(sam, page)) == ["Casey Cast"]

    (face,) = hear_until(casey, page, ["Sam Cast"])
    person = committed_cast.sam.person
    assert face == {"id": str(person.id), "name": person.name, "colour": colour(person.id), "away": False}


def test_second_tab_of_a_person_is_not_a_second_person(server, committed_cast, open_tab):
    page = committed_cast.student.topic
    sam = open_tab(server, committed_cast.sam)
    here(sam, page)
    tabs = [open_tab(server, committed_cast.casey) for _ in range(2)]
    for tab in tabs:
        tab.say(here=page)
    hear_until(sam, page, ["Casey Cast"])

    tabs[0].socket.close()

    assert sam.silent_for(1)
    tabs[1].socket.close()
    hear_until(sam, page, [])


def test_person_is_away_when_the_page_says_so_and_back_at_the_next_input(server, committed_cast, open_tab):
    page = committed_cast.student.topic
    casey, sam = open_tab(server, committed_cast.casey), open_tab(server, committed_cast.sam)
    here(sam, page)
    casey.say(here=page)
    hear_until(sam, page, ["Casey Cast"])

    casey.say(here=page, away=True)
    assert sam.hear_of("present")[page][0]["away"] is True
    casey.say(here=page)

    assert sam.hear_of("present")[page][0]["away"] is False


@pytest.mark.parametrize("leaves", ["socket closes", "another page", "no page"])
def test_person_who_leaves_is_gone(server, committed_cast, goal, open_tab, leaves):
    page = committed_cast.student.topic
    casey, sam = open_tab(server, committed_cast.casey), open_tab(server, committed_cast.sam)
    here(sam, page)
    casey.say(here=page)
    hear_until(sam, page, ["Casey Cast"])

    if leaves == "socket closes":
        casey.socket.close()
    else:
        casey.say(here=goal.topic if leaves == "another page" else None)

    hear_until(sam, page, [])


def test_families_see_the_team_and_never_each_other(server, committed_cast, open_tab):
    page = committed_cast.student.topic
    players = {
        name: open_tab(server, getattr(committed_cast, name)) for name in ("casey", "ada", "cory", "mina")
    }
    players["pat"] = open_tab(server, committed_cast.pat, query={"hat": "family"})
    for tab in players.values():
        tab.say(here=page)

    hear_until(players["mina"], page, ["Casey Cast"])
    hear_until(players["pat"], page, ["Casey Cast"])
    hear_until(players["casey"], page, ["Ada Cast", "Cory Cast"])


def test_page_that_is_not_theirs_is_refused_and_tells_nobody(server, committed_cast, open_tab):
    page = committed_cast.student.topic
    casey, omar = open_tab(server, committed_cast.casey), open_tab(server, committed_cast.omar)
    here(casey, page)

    for asked in (page, f"student.{uuid4()}", "nowhere"):
        omar.say(here=asked)
        assert omar.hear() == {"refused": [asked]}

    assert casey.silent_for(1)


def test_person_who_loses_the_student_is_gone_from_the_page(server, committed_cast, open_tab):
    page = committed_cast.student.topic
    casey, sam = open_tab(server, committed_cast.casey), open_tab(server, committed_cast.sam)
    here(casey, page)
    here(sam, page)
    hear_until(casey, page, ["Sam Cast"])

    with organization(committed_cast.district.id):
        committed_cast.student.team.filter(person=committed_cast.sam.person).update(ends_on="2025-01-01")

    assert sam.hear_of("refused", in_time(5)) == [page]
    hear_until(casey, page, [])


def test_two_processes_see_one_page_and_a_killed_one_fades(group, committed_cast, open_tab):
    group.start_redis()
    first, second = group.start_web(), group.start_web()
    page = committed_cast.student.topic
    casey, sam = open_tab(first, committed_cast.casey), open_tab(second, committed_cast.sam)
    here(sam, page)
    casey.say(here=page)
    hear_until(sam, page, ["Casey Cast"])

    first.process.kill()

    hear_until(sam, page, [], timeout=in_time(25))


def test_presence_comes_back_after_redis_was_away(group, committed_cast, open_tab):
    group.start_redis()
    web = group.start_web()
    page = committed_cast.student.topic
    sam, casey = open_tab(web, committed_cast.sam), open_tab(web, committed_cast.casey)
    here(sam, page)
    casey.say(here=page)
    hear_until(sam, page, ["Casey Cast"])

    group.kill("redis")
    group.start_redis()
    ada = open_tab(web, committed_cast.ada)
    ada.say(here=page)

    hear_until(ada, page, ["Casey Cast", "Sam Cast"])


def visitor_of(player, page):
    from live import doorkeeper as room

    admission = room.Admission(
        person_id=player.person.id, organization_id=player.organization.id, hat=player.actor.hat, key="k"
    )
    return room.Visitor(
        admission=admission,
        actor=player.actor,
        ground=None,
        socket=room.Socket(lambda text: None, gave_up=lambda: None),
        end=lambda error: None,
        page=page,
        input_at=time.monotonic(),
    )


def test_person_who_leaves_while_the_list_is_written_is_not_written_back(committed_cast, bus):
    """Their sockets neither count against them nor show them on a page."""
    import asyncio

    from live import doorkeeper as room

    async def walk():
        ears = hub()
        doors = room.doorkeeper(ears)
        visitor = visitor_of(committed_cast.casey, committed_cast.student.topic)
        doors.visitors.add(visitor)
        doors._pages[visitor.page].add(visitor)
        write = doors.presence.write

        async def write_slowly(lines, *, tell):
            doors.leave(visitor)
            await asyncio.sleep(0.1)
            await write(lines, tell=tell)

        doors.presence.write = write_slowly
        await doors.keep()
        await asyncio.sleep(0.1)
        people = await doors.presence.read([committed_cast.student.topic])
        await ears.stop()
        return people

    assert asyncio.run(walk()) == {committed_cast.student.topic: {}}
    assert bus.zcard(f"{settings.LIVE_PREFIX}sockets:{committed_cast.casey.person.id}") == 0


def test_person_without_input_for_five_minutes_is_away(committed_cast, monkeypatch):
    import asyncio

    from live import doorkeeper as room

    async def walk():
        ears = hub()
        doors = room.doorkeeper(ears)
        visitor = visitor_of(committed_cast.casey, "")
        doors.visitors.add(visitor)
        visitor.page, visitor.input_at = committed_cast.student.topic, time.monotonic() - 200
        await doors.keep()
        before = visitor.is_away
        visitor.input_at -= 101
        await doors.keep()
        people = await doors.presence.read([visitor.page])
        await ears.stop()
        return before, visitor.is_away, people

    before, after, people = asyncio.run(walk())

    assert (before, after) == (False, True)
    assert people == {committed_cast.student.topic: {committed_cast.casey.person.id: True}}


def test_present_names_nobody_whose_role_has_ended(cast):
    page = cast.student.topic
    ids = [player.person.id for player in cast.players.values()]
    Membership.objects.filter(person=cast.vic.person).update(ends_on="2025-01-01")

    staff = queries.present(actor=cast.casey.actor, topic=page, person_ids=ids)
    family = queries.present(actor=cast.mina.actor, topic=page, person_ids=ids)
    of_nothing = queries.present(actor=cast.mina.actor, topic=f"student.{uuid4()}", person_ids=ids)

    assert {one.name.partition(" ")[0] for one in staff} == {
        "Casey",
        "Paula",
        "Sam",
        "Gina",
        "Ada",
        "Cory",
        "Fin",
        "Pat",
        "Omar",
    }
    assert {one.name.partition(" ")[0] for one in family} == {"Casey", "Paula", "Sam", "Gina"}
    assert of_nothing == ()
    assert {one.colour for one in staff} <= set(range(1, 7))
