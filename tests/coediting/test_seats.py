"""What one client is owed arrives in order, at once where the connection takes it."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from coediting.seats import Seat


@given(takes=st.lists(st.booleans(), min_size=1, max_size=30), pauses=st.sets(st.integers(0, 29)))
@settings(max_examples=100, deadline=None)
def test_frames_keep_their_order_whatever_the_connection_takes_at_once(takes, pauses):
    sent, at_once = [], []
    open_now = iter(takes)

    async def send(frame):
        await asyncio.sleep(0)
        sent.append(frame)
        await asyncio.sleep(0)

    def send_now(frame):
        if next(open_now, True):
            sent.append(frame)
            at_once.append(frame)
            return True
        return False

    async def talk():
        seat = Seat(
            send=send, send_now=send_now, end=print, author_id="a", author_name="a", you={}, may_edit=True
        )
        writer = asyncio.create_task(seat.write())
        for number in range(30):
            seat.tell(str(number))
            if number in pauses:
                await asyncio.sleep(0)
        while len(sent) < 30:
            await asyncio.sleep(0)
        writer.cancel()

    asyncio.run(talk())

    assert sent == [str(number) for number in range(30)]
    assert not takes[0] or "0" in at_once
