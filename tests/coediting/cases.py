"""Random texts and changes with everything that makes the algebra hard: pairs, marks, embeds, any attributes."""

from __future__ import annotations

from random import Random
from typing import Any

WORDS = (
    "a", "the ", "reads", "\n", " ", "é", "e\u0301", "ü", "ñ", "中文", "עברית", "न\u0940", "\u200d", "\ufeff",
    "🙂", "👩‍👩‍👧", "🏳️‍🌈", "𝒜𝒷", "x🙂y", "\U0010ffff", "\U00010000", "ﬃ", "\u2028", "0", "null",
)  # fmt: skip
NAMES = ("bold", "italic", "list", "link", "0", "-1", "größe", "🙂", "a b", "", "length", "insert", "data-x")
VALUES: tuple[Any, ...] = (
    True, False, 0, 1, -1, 1.5, "", "1", "true", "red", "🙂", [], [1, True], {},
    {"a": 1}, {"a": True}, {"a": {"b": None}},
)  # fmt: skip
EMBEDS: tuple[Any, ...] = (
    {"image": "x"},
    {"image": "y"},
    {"chart": {"goal": 1}},
    {"chart": {"goal": True}},
    {"line": True},
)


class Maker:
    """Makes texts and changes of them. `splits`: changes may cut a character in two, as JavaScript lets them."""

    def __init__(self, seed: int, *, splits: bool = False) -> None:
        self.random = Random(seed)
        self.splits = splits

    def attributes(self, *, nulls: bool) -> dict[str, Any]:
        """Some attributes, perhaps none; `nulls` take formats away."""
        values = (*VALUES, None, None) if nulls else VALUES
        some = self.random.sample(NAMES, self.random.choice((0, 0, 1, 1, 2, 3)))
        return {name: self.random.choice(values) for name in some}

    def insertion(self) -> dict[str, Any]:
        """Words or an embed."""
        if self.random.random() < 0.12:
            content = self.random.choice(EMBEDS)
        else:
            content = "".join(self.random.choices(WORDS, k=self.random.randint(1, 4)))
        return self.op("insert", content, nulls=False)

    def op(self, kind: str, value: Any, *, nulls: bool) -> dict[str, Any]:
        """One operation, with attributes where it drew any."""
        attributes = self.attributes(nulls=nulls)
        return {kind: value, "attributes": attributes} if attributes else {kind: value}

    def text(self) -> list[dict[str, Any]]:
        """A text, as it is stored: neighbours of a kind joined by whoever made it, or not."""
        return [self.insertion() for _ in range(self.random.randint(0, 6))]

    def cuts(self, text: list[dict[str, Any]]) -> list[int]:
        """The places of a text at which it may be cut."""
        found, at = [0], 0
        for op in text:
            content = op["insert"] if isinstance(op["insert"], str) else "\ufffc"
            for letter in content:
                if letter > "\uffff":
                    at += 1
                    found += [at] if self.splits else []
                at += 1
                found.append(at)
        return found

    def change(self, text: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A change that fits a text."""
        cuts = self.cuts(text)
        places = sorted(self.random.sample(cuts, self.random.randint(1, min(len(cuts), 5))))
        ops: list[dict[str, Any]] = []
        at = 0
        for place in places:
            if place > at:
                kind = self.random.choice(("retain", "retain", "delete"))
                ops.append(self.op(kind, place - at, nulls=True) if kind == "retain" else {kind: place - at})
                at = place
            if self.random.random() < 0.6:
                ops.append(self.insertion())
        return ops
