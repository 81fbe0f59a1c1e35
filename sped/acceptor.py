"""Connections shared evenly by the web processes.

Processes that listen on one socket race for each connection, and whoever wakes first takes all that wait. When every
browser comes back at once, after a restart or with a proxy that keeps its connections, one process would serve nearly
everybody for as long as they stay, and the others rest. So a process that has more connections than another leaves a
new one to it, for a moment.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
import uvloop

FOLDER = "WEB_CONNECTIONS_DIR"  # set by `sped.web` for its processes
LEFT_TO_OTHERS_SECONDS = 0.01
RECOUNTED_EVERY_SECONDS = 0.2
WITHOUT_DESCRIPTORS_SECONDS = 1.0

log = structlog.get_logger("sped.acceptor")


class Shares:
    """How many connections each process has. A process keeps its number as the size of a sparse file named after it.

    Nobody ever reads half a number that way, and nobody needs a lock.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = folder / str(os.getpid())
        self._file = self._own.open("wb")

    def tell(self, connections: int) -> None:
        """Let the others know how many connections this process has."""
        self._file.truncate(connections)

    def fewest_elsewhere(self) -> int | None:
        """The smallest number of another living process; None when there is no other."""
        numbers = []
        for path in self._folder.glob("*"):
            if path.name != self._own.name:
                with contextlib.suppress(OSError):  # it has just ended
                    os.kill(int(path.name), 0)
                    numbers.append(path.stat().st_size)
        return min(numbers, default=None)

    def leave(self) -> None:
        """This process takes no more."""
        self._own.unlink(missing_ok=True)
        self._file.close()


class EvenServer:
    """Accepts connections in turn with the other processes that listen on the same socket."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        listening: socket.socket,
        protocol_factory: Callable[[], asyncio.Protocol],
        shares: Shares,
    ) -> None:
        self._loop, self._listening, self._protocol_factory = loop, listening, protocol_factory
        self._shares = shares
        self._accepted: set[socket.socket] = set()
        self._beginnings: set[asyncio.Task[Any]] = set()
        self._timers: dict[Callable[[], None], asyncio.TimerHandle] = {}
        listening.setblocking(False)
        loop.add_reader(listening, self._on_waiting)
        self._recount()

    def close(self) -> None:
        """Accept no more. Those accepted go on."""
        self._loop.remove_reader(self._listening)
        for timer in self._timers.values():
            timer.cancel()
        self._shares.leave()

    async def wait_closed(self) -> None:
        """Whoever was accepted last has begun."""
        await asyncio.gather(*self._beginnings, return_exceptions=True)

    def _on_waiting(self) -> None:
        fewest = self._shares.fewest_elsewhere()
        if fewest is not None and fewest < len(self._accepted):
            self._step_back(LEFT_TO_OTHERS_SECONDS)
        else:
            self._accept()

    def _step_back(self, seconds: float) -> None:
        self._loop.remove_reader(self._listening)
        self._later(seconds, self._return)

    def _return(self) -> None:
        """Take one if nobody did, and listen again."""
        self._loop.add_reader(self._listening, self._on_waiting)
        self._accept()

    def _accept(self) -> None:
        try:
            accepted, _ = self._listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another took it, or it has gone
        except OSError as error:  # mostly that no descriptor is free
            log.error("connections_not_accepted", errno=error.errno)  # noqa: TRY400  # the number says it all
            self._step_back(WITHOUT_DESCRIPTORS_SECONDS)
            return
        accepted.setblocking(False)
        self._accepted.add(accepted)
        self._shares.tell(len(self._accepted))
        beginning = self._loop.create_task(self._begin(accepted))
        self._beginnings.add(beginning)
        beginning.add_done_callback(self._beginnings.discard)

    async def _begin(self, accepted: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol_factory, accepted)
        except OSError:  # it went before it began
            accepted.close()

    def _recount(self) -> None:
        """Forget the connections that have ended: their sockets have no descriptor any more."""
        self._accepted = {accepted for accepted in self._accepted if accepted.fileno() >= 0}
        self._shares.tell(len(self._accepted))
        self._later(RECOUNTED_EVERY_SECONDS, self._recount)

    def _later(self, seconds: float, step: Callable[[], None]) -> None:
        self._timers[step] = self._loop.call_later(seconds, step)


class EvenLoop(uvloop.Loop):
    """uvicorn's usual loop, which shares what comes to a socket with the other processes that listen on it."""

    async def create_server(self, protocol_factory: Any, *args: Any, **options: Any) -> Any:
        """Serve a socket that several processes share evenly; anything else as ever."""
        listening = options.get("sock")
        if listening is None or FOLDER not in os.environ:
            return await super().create_server(protocol_factory, *args, **options)
        listening.listen(options["backlog"])
        return EvenServer(self, listening, protocol_factory, Shares(Path(os.environ[FOLDER])))
