"""What processes write to each other reaches clients in an order that they can follow."""

import asyncio
import json

import pytest

from coediting.delta import Manuscript
from coediting.desk import Desk, Proposal
from coediting.room import Room
from coediting.rooms import Rooms
from coediting.seats import Seat
from core.hub import Hub
from core.ids import uuid7


@pytest.mark.parametrize(("version", "told"), [(7, ["ack"]), (8, [])])
def test_client_is_never_acknowledged_before_it_was_told(version, told):
    """A repeated change that the owner found as one which this process has not read yet: the log tells it."""
    frames = []

    def send_now(frame):
        frames.append(json.loads(frame)["type"])
        return True

    async def hear():
        rooms = Rooms(Hub())
        seat = Seat(
            send=print, send_now=send_now, end=print, author_id="a", author_name="a", you={}, may_edit=True
        )
        room = Room(uuid7(), uuid7(), Desk(head=7, manuscript=Manuscript([]), length=0))
        room.awaiting["a", "1"] = (Proposal("1", "a", "a", 6, [{"insert": "x"}], origin=seat), 0.0)
        rooms.rooms[room.id] = room
        seat.begin(7)
        rooms._hear("owner", {"k": "answered", "t": str(room.id), "id": "1", "by": "a", "v": version})
        return room.is_stale

    assert asyncio.run(hear()) is (version > 7)
    assert frames == told
