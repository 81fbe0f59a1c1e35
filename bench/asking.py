"""A client that costs next to nothing, so that what is measured is the server: one connection, one page at a time."""

import asyncio
from typing import Self
from urllib.parse import urlsplit


class Asker:
    """Somebody who is signed in and opens pages over one connection that is kept."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: dict[str, str]
    ) -> None:
        self._reader, self._writer = reader, writer
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    @classmethod
    async def at(cls, url: str, *, cookie: str, slug: str) -> Self:
        """Connect to a server as whoever has this session, in a district."""
        host = urlsplit(url).netloc
        name, _, port = host.rpartition(":")
        reader, writer = await asyncio.open_connection(name, int(port))
        headers = {
            "Host": host,
            "Cookie": f"session={cookie}",
            "X-Organization": slug,
            "User-Agent": "bench",
            "Accept": "*/*",
            "Accept-Encoding": "gzip, deflate",
        }
        return cls(reader, writer, headers)

    async def status_of(self, path: str) -> int:
        """Open a page, read it to its end, and say with which status it was answered."""
        self._writer.write(f"GET {path} HTTP/1.1\r\n{self._headers}\r\n".encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        named = dict(line.lower().split(": ", 1) for line in lines if line)
        if named.get("transfer-encoding") == "chunked":
            while size := int(await self._reader.readline(), 16):
                await self._reader.readexactly(size + 2)
            await self._reader.readline()
        else:
            await self._reader.readexactly(int(named["content-length"]))
        return int(first.split(" ", 2)[1])

    def close(self) -> None:
        """Hang up."""
        self._writer.close()
