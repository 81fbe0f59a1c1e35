"""What processes write to each other about one text (`coediting/post.py` carries it)."""

from collections.abc import Iterable
from typing import Any

from coediting.desk import Answer, Entry, Proposal
from coediting.post import Letter
from coediting.room import Room


def proposed(room: Room, proposal: Proposal) -> Letter:
    """To the owner: a client here made this change."""
    return {
        "k": "proposed",
        "t": str(room.id),
        "id": proposal.change_id,
        "by": [proposal.author_id, proposal.author_name],
        "v": proposal.version,
        "ops": proposal.ops,
    }


def answered(room: Room, answer: Answer) -> Letter:
    """To who proposed: the change was made before, or why it is not taken."""
    return {
        "k": "answered",
        "t": str(room.id),
        "id": answer.proposal.change_id,
        "by": answer.proposal.author_id,
        "v": answer.version,
        "error": answer.error.as_dict() if answer.error else None,
    }


def committed(room: Room, entries: Iterable[Entry]) -> Letter:
    """To followers: what was committed, in order (`Room.read` reads it)."""
    return {"k": "committed", "t": str(room.id), "lines": [_line(entry) for entry in entries]}


def _line(entry: Entry) -> list[Any]:
    return [entry.version, entry.change_id, entry.author_id, entry.at, entry.ops, entry.length]
