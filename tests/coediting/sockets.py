"""Editors on real sockets of real web servers."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import connect

from coediting import delta
from coediting.log import manuscript_at
from coediting.models import Text, TextChange
from core.tenant import organization
from tests.coediting.editors import Editor

PATIENCE = 30.0


class Typist:
    """An editor with a socket that it opens again when it is gone."""

    def __init__(self, address: Any, cookie: str, person: Any, **options: Any) -> None:
        self.address = address  # called for each connection: (socket address, origin)
        self.cookie = cookie
        self.editor = Editor(by=str(person.id), name=uuid4().hex[:8])
        self.options = options
        self.socket: Any = None
        self.frames: list[dict[str, Any]] = []

    def open(self) -> "Typist":
        url, origin = self.address()
        self.socket = connect(
            url,
            additional_headers={"Cookie": self.cookie} if self.cookie else {},
            origin=origin,
            open_timeout=PATIENCE,
            close_timeout=1,
            compression=None,
            max_size=None,
            **self.options,
        ).__enter__()  # closed by `close`
        return self

    def join(self) -> "Typist":
        self.say(self.editor.join())
        self.hear_of("joined")
        if (again := self.editor.again()) is not None:
            self.say(again)
        return self

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def say(self, frame: Any) -> None:
        self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    def hear(self, timeout: float = PATIENCE) -> dict[str, Any]:
        """The next frame. Raises TimeoutError or ConnectionClosed."""
        frame = json.loads(self.socket.recv(timeout=timeout))
        self.frames.append(frame)
        self.editor.hear(frame)
        return frame

    def hear_of(self, kind: str, timeout: float = PATIENCE) -> dict[str, Any]:
        until = time.monotonic() + timeout
        while True:
            frame = self.hear(max(0.01, until - time.monotonic()))
            if frame["type"] == kind:
                return frame

    def send(self) -> None:
        if (frame := self.editor.next()) is not None:
            self.say(frame)

    def type(self, *ops: dict[str, Any]) -> None:
        self.editor.type(list(ops))
        self.send()

    def settle(self, version: int | None = None, timeout: float = PATIENCE) -> None:
        """Listen until everything typed is acknowledged, and a version reached."""
        until = time.monotonic() + timeout
        while not self.editor.is_settled or (version is not None and self.editor.version < version):
            self.hear(max(0.01, until - time.monotonic()))
            self.send()

    def pump(self, seconds: float) -> None:
        """Send and hear for a while; when the connection is gone, open another one and send again."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                if self.socket is None:
                    self.open().join()
                self.send()
                self.hear(left)
            except TimeoutError:
                continue
            except (ConnectionClosed, OSError, InvalidHandshake, EOFError):
                self.socket = None
                time.sleep(0.05)

    def closed(self, timeout: float = PATIENCE) -> tuple[int, dict[str, Any] | None]:
        """Wait for the end: its code, and the error said before it."""
        until = time.monotonic() + timeout
        try:
            while True:
                self.hear(max(0.01, until - time.monotonic()))
        except ConnectionClosed as end:
            errors = [frame for frame in self.frames if frame["type"] == "error"]
            return end.rcvd.code if end.rcvd else 1006, errors[-1] if errors else None


def log_of(text: Text) -> tuple[Any, Any, int]:
    """The log replayed from empty, and the text as the server has it."""
    with organization(text.organization_id):
        row = Text.objects.get(id=text.id)
        words = []
        for ops in (
            TextChange.objects.filter(text_id=text.id).order_by("version").values_list("ops", flat=True)
        ):
            words = delta.apply(words, ops)
        return words, manuscript_at(row, row.version).ops(), row.version


def eventually(is_so: Callable[[], bool], what: str) -> None:
    """Wait until it is so."""
    until = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > until:
            pytest.fail(what)
        time.sleep(0.05)


def refused(attempt: Callable[[], Any]) -> int:
    """The status with which a socket is refused."""
    with pytest.raises(InvalidStatus) as refusal:
        attempt()
    return refusal.value.response.status_code
