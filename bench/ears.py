"""A listening socket that costs next to nothing, so that what is measured is the server: RFC 6455, frames in only."""

import asyncio
import base64
import json
import os
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

LONG, LONGER = 126, 127
TEXT, PING = 1, 9


class Ear(asyncio.Protocol):
    """Says what it watches, then hands over each text frame with the moment it came."""

    def __init__(self, request: bytes, heard: Callable[[bytes, float], None]) -> None:
        self._request, self._heard = request, heard
        self._rest = bytearray()
        self._is_open = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self._rest += data
        if not self._is_open:
            head, found, rest = bytes(self._rest).partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                self.opened.set_exception(RuntimeError(head.partition(b"\r\n")[0].decode()))
                return
            self._is_open, self._rest = True, bytearray(rest)
            self.opened.set_result(None)
        while (frame := self._frame()) is not None:
            kind, body = frame
            if kind == TEXT:
                self._heard(body, now)
            elif kind == PING:
                self._say(PING + 1, body)

    def _frame(self) -> tuple[int, bytes] | None:
        """The next whole frame, or None. Servers do not mask."""
        data = self._rest
        if len(data) < 2:  # noqa: PLR2004
            return None
        length, start = data[1] & 127, 2
        if length in {LONG, LONGER}:
            start += 2 if length == LONG else 8
            length = int.from_bytes(data[2:start])
        if len(data) < start + length:
            return None
        kind, body = data[0] & 15, bytes(data[start : start + length])
        del data[: start + length]
        return kind, body

    def say(self, frame: object) -> None:
        """Send one frame of JSON."""
        self._say(TEXT, json.dumps(frame).encode())

    def _say(self, kind: int, body: bytes) -> None:
        mask = b"\0\0\0\0"  # allowed, and it saves the masking
        size = len(body)
        head = (
            bytes([128 | kind, 128 | size])
            if size < LONG
            else bytes([128 | kind, 128 | LONG]) + size.to_bytes(2)
        )
        self.transport.write(head + mask + body)


async def listen(url: str, path: str, cookie: str, heard: Callable[[bytes, float], None]) -> Ear:
    """Open a socket as a page of `url`. Raises RuntimeError when it is refused."""
    address = urlsplit(url).netloc
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {address}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        f"Origin: {url}",
        f"Cookie: session={cookie}",
        "",
        "",
    )
    request = "\r\n".join(lines).encode()
    loop = asyncio.get_running_loop()
    host, _, port = address.rpartition(":")
    _, ear = await loop.create_connection(lambda: Ear(request, heard), host, int(port))
    await ear.opened
    return ear
