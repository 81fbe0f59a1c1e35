"""What is kept of one Ed-Fi element: its key, whom it belongs to, and plain values. What nobody needs is not here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integrations.oneroster.findings import Finding

# The order in which rows are applied.
NOUNS = ("schools", "students", "staff", "placements", "assignments", "programs", "assessments")


@dataclass(frozen=True, slots=True)
class Item:
    """A sound element. `payload` is plain JSON without what is blank; `owner` the id of the person it is about."""

    sourced_id: str
    owner: str
    label: str
    payload: Mapping[str, Any]
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One element as it was read: an item, or nothing when it is refused; what there is to say; where it stands."""

    noun: str
    file: str
    line: int
    item: Item | None
    sourced_id: str
    findings: tuple[Finding, ...]


def payload(item: Item) -> dict[str, Any]:
    """The values of an item."""
    return dict(item.payload)


def owner(item: Item) -> str:
    """The unique id of the person an item is about, blank for a person or a place itself."""
    return item.owner
