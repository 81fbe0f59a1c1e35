"""One open socket at a text: what it is owed, in order, and no more than it takes."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from coediting.frames import TooSlow, error_frame
from coediting.refusals import TooFarBehind
from core.errors import SpedError

MOST_OWED_BYTES = 2_000_000
MOST_DOUBTS = 5  # versions unknown here with which one socket may come
SLOW_SECONDS = 60.0  # a socket that takes nothing for this long is given up


class Seat:
    """A client of a text. `version` is what it has been told up to; None before it joined."""

    __slots__ = (
        "_doubts",
        "_end",
        "_owed",
        "_owed_bytes",
        "_send",
        "_send_now",
        "_wake",
        "author_id",
        "author_name",
        "cursor",
        "is_dropped",
        "may_edit",
        "sending_since",
        "version",
        "you",
    )

    def __init__(
        self,
        *,
        send: Callable[[str], Awaitable[None]],
        send_now: Callable[[str], bool] = lambda frame: False,
        end: Callable[[SpedError], None],
        author_id: str,
        author_name: str,
        you: dict[str, Any],
        may_edit: bool,
    ) -> None:
        self._send = send
        self._send_now = send_now
        self._end = end
        self.author_id = author_id
        self.author_name = author_name
        self.you = you
        self.may_edit = may_edit
        self.version: int | None = None
        self.cursor: tuple[int, int, int] | None = None
        self.sending_since: float | None = None
        self.is_dropped = False
        self._owed: deque[str] = deque()
        self._owed_bytes = 0
        self._wake = asyncio.Event()
        self._doubts = 0

    def is_believed(self) -> bool:
        """Whether to look into the log for a version of which only the client speaks: few have a reason to."""
        self._doubts += 1
        return self._doubts <= MOST_DOUBTS

    def tell(self, frame: str) -> None:
        """Send a frame after those before it. Who owes too much reading is told to join again instead (R50).

        At once where the connection takes it; what it does not take is owed, and sent when it does.
        """
        if self.is_dropped:
            return
        if not self._owed and self.sending_since is None and self._send_now(frame):
            return
        if self._owed_bytes + len(frame) > MOST_OWED_BYTES and self._owed:
            self.drop()
            return
        self._owed.append(frame)
        self._owed_bytes += len(frame)
        self._wake.set()

    def drop(self) -> None:
        """Forget what is owed. The client reads the whole text again when it comes to it."""
        self._owed.clear()
        self.version, self.is_dropped = None, True
        frame = error_frame(TooFarBehind())
        self._owed.append(frame)
        self._owed_bytes = len(frame)
        self._wake.set()

    def begin(self, version: int) -> None:
        """The client joined at a version."""
        self.version, self.is_dropped = version, False

    def look(self, now: float) -> None:
        """Give up a client that takes nothing."""
        if self.sending_since is not None and now - self.sending_since > SLOW_SECONDS:
            self._end(TooSlow())

    async def write(self) -> None:
        """Send what is owed, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._owed:
                frame = self._owed.popleft()
                self._owed_bytes -= len(frame)
                self.sending_since = loop.time()
                await self._send(frame)
                self.sending_since = None

    def end(self, error: SpedError) -> None:
        """Say why, then close."""
        self._end(error)
