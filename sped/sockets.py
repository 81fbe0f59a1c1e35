"""uvicorn's WebSocket protocol, with a word to a client whose frame is too large before it is closed (1009)."""

import json
from typing import Any

from django.utils.translation import gettext as _
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame, Opcode

TEXTS = "/ws/texts/"


class Sockets(WebSocketsSansIOProtocol):
    """One connection."""

    def handle_parser_exception(self) -> None:
        """What cannot be read ends the socket; an editor is told first that it was too large (docs/coediting.md)."""
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
            self.transport.write(frame.serialize(mask=False))
        super().handle_parser_exception()
