"""A client of a shared text as the contract describes it, without a socket: one change in flight, the rest composed."""

from dataclasses import dataclass, field
from typing import Any

from coediting import delta

Ops = list[dict[str, Any]]


@dataclass
class Editor:
    """What one client knows and has typed. `by` is the author, `name` makes its ids its own."""

    by: str
    name: str
    ops: Ops = field(default_factory=list)
    version: int | None = None
    flight: tuple[str, Ops] | None = None
    typed: tuple[str, Ops] | None = None
    acknowledged: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    count: int = 0

    @property
    def length(self) -> int:
        return delta.length(self.ops)

    @property
    def is_settled(self) -> bool:
        return self.flight is None and self.typed is None

    def type(self, change: Ops) -> None:
        """Change the text here and now."""
        self.ops = delta.apply(self.ops, change)
        if self.typed is None:
            self.count += 1
            self.typed = (f"{self.name}-{self.count}", change)
        else:
            self.typed = (self.typed[0], delta.compose(self.typed[1], change))

    def next(self) -> dict[str, Any] | None:
        """The change to send now, if none is in flight."""
        if self.flight is not None or self.typed is None:
            return None
        if not self.typed[1]:  # typed and taken back
            self.typed = None
            return None
        self.flight, self.typed = self.typed, None
        return self.again()

    def again(self) -> dict[str, Any] | None:
        """The change in flight, to be sent once more after a reconnection."""
        if self.flight is None:
            return None
        return {"type": "change", "id": self.flight[0], "version": self.version, "ops": self.flight[1]}

    def join(self) -> dict[str, Any]:
        return {"type": "join"} if self.version is None else {"type": "join", "version": self.version}

    def hear(self, frame: dict[str, Any]) -> None:
        """Take one frame of the server."""
        if frame["type"] == "joined" and "ops" in frame:
            assert self.version is None
            self.ops, self.version = frame["ops"], frame["version"]
        elif frame["type"] == "changes":
            assert self.version is not None
            assert frame["version"] == self.version + len(frame["changes"]), "a gap"
            for change in frame["changes"]:
                self._take(change)
        elif frame["type"] == "ack" and self.flight is not None and self.flight[0] == frame["id"]:
            assert frame["version"] <= self.version, "acknowledged before it was told"
            self.acknowledged.add(frame["id"])
            self.flight = None
        elif frame["type"] == "error" and self.flight is not None and self.flight[0] == frame["id"]:
            self.refused[frame["id"]] = frame["code"]

    def _take(self, change: dict[str, Any]) -> None:
        self.version += 1
        if self.flight is not None and change["id"] == self.flight[0]:
            self.acknowledged.add(change["id"])
            self.flight = None
            return
        ops, key = change["ops"], (change["by"], change["id"])
        self.flight, ops = self._past(self.flight, ops, key)
        self.typed, ops = self._past(self.typed, ops, key)
        self.ops = delta.apply(self.ops, ops)

    def _past(self, own: tuple[str, Ops] | None, ops: Ops, key: tuple[str, str]) -> tuple[Any, Ops]:
        """Lead an own change and another's past each other."""
        if own is None:
            return None, ops
        mine = (self.by, own[0])
        return (
            (own[0], delta.transform(ops, own[1], a_first=key < mine)),
            delta.transform(own[1], ops, a_first=mine < key),
        )
