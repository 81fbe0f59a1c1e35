"""Where those at a text have their selections: those that move within a moment are told in one frame."""

from collections.abc import Callable
from typing import Any

from coediting.post import Post
from coediting.room import Room
from coediting.seats import Seat

DRAW_SECONDS = 0.1


class Selections:
    """The selections that moved since they were drawn last, here and in the processes that follow."""

    def __init__(self, post: Post, *, is_mine: Callable[[Room], bool]) -> None:
        self._post = post
        self._is_mine = is_mine
        self._moved: set[Room] = set()

    def move(self, room: Room, seat: Seat, version: int, index: int, length: int) -> None:
        """A client moved its selection."""
        seat.cursor = (version, index, length)
        room.moved[seat] = (seat.author_id, version, index, length)
        self._moved.add(room)

    async def draw(self) -> None:
        """Show what moved, and tell it to the owner of the text or to those who follow."""
        rooms, self._moved = self._moved, set()
        for room in rooms:
            moved, room.moved = room.moved, {}
            room.show(moved)
            at = [list(cursor) for cursor in moved.values()]
            to = room.followers if self._is_mine(room) else (room.owner,)
            for process in to:
                self._post.send(process, {"k": "moved", "t": str(room.id), "at": at})

    def hear(self, room: Room, sender: str, at: list[list[Any]]) -> None:
        """Another process says what moved there."""
        room.show({index: (by, v, i, n) for index, (by, v, i, n) in enumerate(at)})
        if self._is_mine(room):
            for process in room.followers.keys() - {sender}:
                self._post.send(process, {"k": "moved", "t": str(room.id), "at": at})
