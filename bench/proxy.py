"""What stands between the application and a server: passes bytes on, swallows them, or hangs up."""

import asyncio
import contextlib
import threading
from typing import Any


class Proxy:
    """A TCP proxy on a port of its own. `mode` is `pass`, `silent` (a black hole) or `refuse`."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.mode = "pass"
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._is_ready.wait(10)

    def switch(self, mode: str) -> None:
        """Go on in another way; connections that were met in the old way end."""
        was, self.mode = self.mode, mode
        if mode == "refuse" or was == "silent":
            asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result(10)

    def close(self) -> None:
        """Hang up and stop."""

        async def end() -> None:
            self._server.close()
            await self._hang_up()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(self._meet, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        self._is_ready.set()
        self._loop.run_forever()

    async def _hang_up(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task: Any = asyncio.current_task()
        self._open.add(task)
        self._writers.add(writer)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            self._writers.discard(writer)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "silent":
            while await reader.read(65_536):
                pass
        if self.mode != "pass":
            return
        back, forth = await asyncio.open_connection("127.0.0.1", self.target_port)
        self._writers.add(forth)
        try:
            ways = [asyncio.ensure_future(self._carry(*way)) for way in ((reader, forth), (back, writer))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        finally:
            self._writers.discard(forth)
            forth.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                if self.mode == "silent":
                    continue
                writer.write(data)
                await writer.drain()
