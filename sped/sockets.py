"""uvicorn's WebSocket protocol, with a word to a client whose frame is too large before it is closed (1009)."""

import json
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

from core.extensions import SAY_NOW

TEXTS = "/ws/texts/"
READS_SECONDS = 0.25


class Sockets(WebSocketsSansIOProtocol):
    """One connection."""

    was_told_why = False

    def handle_connect(self, event: Request) -> None:
        """Let the editors of texts be written to at once: a task for each frame costs more than the frame."""
        super().handle_connect(event)
        if self.handshake_initiated and not self.handshake_complete and self.scope["path"].startswith(TEXTS):
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[SAY_NOW] = self.say_now

    def say_now(self, frame: str) -> bool:
        """Write a text frame. False when the connection takes none just now: `send` waits until it does, or fails."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return False
        if self.conn.state is not State.OPEN or not self.writable.is_set():
            return False
        self.conn.send_text(frame.encode())
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

    def handle_parser_exception(self) -> None:
        """What cannot be read ends the socket; an editor is told first that it was too large (docs/coediting.md)."""
        if self.was_told_why:
            return
        close = self.conn.close_sent
        is_text = self.handshake_complete and self.scope["path"].startswith(TEXTS)
        if is_text and close is not None and close.code == CloseCode.MESSAGE_TOO_BIG:
            error: dict[str, Any] = {
                "type": "error",
                "id": None,
                "code": "too_large",
                "message": _("A frame has at most 64 KB."),
                "status": 413,
                "details": {},
            }
            frame = Frame(Opcode.TEXT, json.dumps(error).encode())
            self.was_told_why = True
            self.transport.write(frame.serialize(mask=False))
            # Closed at once, while the client still writes, the word could be lost on its way.
            self.loop.call_later(READS_SECONDS, self._end, super().handle_parser_exception)
            return
        super().handle_parser_exception()

    def _end(self, close: Callable[[], None]) -> None:
        if not self.transport.is_closing():
            close()
