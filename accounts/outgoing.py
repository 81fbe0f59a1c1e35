"""Asking identity providers: quickly, in small, at the public address that was checked, at no other (API7, API10)."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

LONGEST_SECONDS = 5  # a whole conversation: name, connection, head and body
LARGEST_ANSWER = 1024 * 1024
CHUNK = 16 * 1024
HERE = frozenset({"127.0.0.1", "localhost", "::1"})

_opened: ContextVar[list[socket.socket]] = ContextVar("opened")


class ForbiddenAddress(requests.RequestException):
    """An address that this server must not ask: not https, or inside its own network."""


class CarefulSession(requests.Session):
    """Asks at public addresses only, reads so much in so many seconds, and never goes where it is sent next.

    It knows of no proxy: a proxy would look the name up again, and might find another address than the one checked.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("https://", CheckedAdapter())
        self.mount("http://", CheckedAdapter())

    def request(self, method: Any, url: Any, *arguments: Any, **options: Any) -> requests.Response:
        """One request. Raises requests.RequestException."""
        check_url(str(url))
        options |= {"timeout": LONGEST_SECONDS, "allow_redirects": False, "stream": True}
        with _no_longer_than(LONGEST_SECONDS) as until:
            try:
                response = super().request(method, url, *arguments, **options)
                with response:
                    response._content = _body(response)
            except (requests.RequestException, HTTPError, OSError) as error:
                if time.monotonic() >= until:
                    raise requests.Timeout("the answer takes too long") from error
                if isinstance(error, requests.RequestException):
                    raise
                raise requests.ConnectionError("the answer breaks off") from error
            if time.monotonic() >= until:  # cut off, which looks like an end
                raise requests.Timeout("the answer takes too long")
        return response


class Checked:
    """A connection to an address that was looked up once, and checked. The certificate is still that of the name."""

    def _new_conn(self) -> socket.socket:
        it: Any = self
        name = it._dns_host
        try:
            it._dns_host = checked_address(name, it.port)
            made: socket.socket = super()._new_conn()  # type: ignore[misc]  # the connection's own
        finally:
            it._dns_host = name
        _opened.get().append(made.dup())
        return made


class CheckedPlain(Checked, HTTPConnection):
    """Of http."""


class CheckedSecure(Checked, HTTPSConnection):
    """Of https."""


class PlainPool(HTTPConnectionPool):
    """Connections to checked addresses."""

    ConnectionCls = CheckedPlain


class SecurePool(HTTPSConnectionPool):
    """Connections to checked addresses."""

    ConnectionCls = CheckedSecure


class CheckedAdapter(HTTPAdapter):
    """How http is spoken here."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """The library's own hook."""
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def check_url(url: str) -> None:
    """Refuse what is not https; outside production this machine may speak plainly. Raises ForbiddenAddress."""
    parts = urlsplit(url)
    if is_here(parts.hostname):
        return
    if parts.scheme != "https" or not parts.hostname:
        raise ForbiddenAddress("not https")


def checked_address(name: str, port: int) -> str:
    """The address of a host, when every one that its name has is public. Raises ForbiddenAddress."""
    try:
        found = [row[4][0] for row in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise ForbiddenAddress("no such host") from error
    if not is_here(name) and not all(ipaddress.ip_address(address).is_global for address in found):
        raise ForbiddenAddress("not a public address")
    return str(found[0])


def is_here(name: str | None) -> bool:
    """Whether a host is this machine, which may be asked outside production."""
    return not settings.IS_PRODUCTION and name in HERE


def _body(response: requests.Response) -> bytes:
    """The whole body, no more of it than there may be; of an answer that leads elsewhere, nothing."""
    if HTTPStatus.MULTIPLE_CHOICES <= response.status_code < HTTPStatus.BAD_REQUEST:
        raise requests.RequestException("the answer leads elsewhere")
    found = bytearray()
    while part := response.raw.read1(CHUNK, decode_content=True):
        found += part
        if len(found) > LARGEST_ANSWER:
            raise requests.RequestException("the answer is too large")
    return bytes(found)


@contextmanager
def _no_longer_than(seconds: float) -> Iterator[float]:
    """Cut every connection that is opened meanwhile when the time is over, however slowly the other side drips."""
    until = time.monotonic() + seconds  # before the timer: what it cuts off must not look like an end in time
    sockets: list[socket.socket] = []
    token = _opened.set(sockets)
    timer = threading.Timer(seconds, _cut, [sockets])
    timer.daemon = True
    timer.start()
    try:
        yield until
    finally:
        timer.cancel()
        _opened.reset(token)
        for one in sockets:
            one.close()


def _cut(sockets: list[socket.socket]) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
