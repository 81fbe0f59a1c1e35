"""The narrative of an IEP as it reads now: shared texts with their formats, or plain words in an older IEP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coediting.queries import texts_of
from core.actor import Actor
from ieps.models import Iep
from ieps.sections import NARRATIVES


@dataclass(frozen=True, slots=True, kw_only=True)
class TextNow:
    """One text of an IEP: its words, and its Delta operations as of one version where it is written together."""

    words: str
    version: int = 0
    given: Sequence[dict[str, Any]] = ()

    @property
    def ops(self) -> list[dict[str, Any]]:
        """The text as Delta operations."""
        return list(self.given) or ([{"insert": f"{self.words}\n"}] if self.words else [])

    @classmethod
    def of_signed(cls, signed: Mapping[str, Any]) -> "TextNow":
        """A text from what is signed."""
        return cls(words=signed["words"], version=signed.get("version", 0), given=signed.get("ops", ()))

    def as_signed(self) -> dict[str, Any]:
        """As it stands in what is signed."""
        if self.version == 0:
            return {"words": self.words}
        return {"words": self.words, "version": self.version, "ops": list(self.given)}


def texts_of_iep(*, actor: Actor, iep: Iep) -> dict[str, TextNow]:
    """The texts of an IEP that the actor reads, by column."""
    shared = texts_of(actor=actor, subject_id=iep.id)
    return {
        name: TextNow(words=shared[name].plain.rstrip(), version=shared[name].version, given=shared[name].ops)
        if name in shared and shared[name].version
        else TextNow(words=getattr(iep, name).rstrip())
        for name in NARRATIVES
    }
