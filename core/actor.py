"""Who is acting. Every query and mutation takes an Actor; it is never None."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.errors import NotAllowed


class Kind(StrEnum):
    PERSON = "person"
    INTEGRATION = "integration"
    SYSTEM = "system"


class Hat(StrEnum):
    """Staff who are parents here keep the two apart: one act is done under one hat."""

    STAFF = "staff"
    FAMILY = "family"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an act came from, for the audit: request id, address and program of the caller."""

    request_id: str = ""
    ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One role and where it holds. Two roles of one person never lend each other their schools."""

    role: str
    school_ids: frozenset[UUID] = frozenset()
    is_district_wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody or something acting in one organisation, with the roles held there today.

    `today` is the date in the organisation's own zone; for software it may be given as UTC's.
    """

    kind: Kind
    organization_id: UUID
    name: str
    acting_person_id: UUID | None = None
    hat: Hat = Hat.STAFF
    scopes: tuple[Scope, ...] = ()
    granted: frozenset[str] = frozenset()  # single rights beyond the roles
    withheld: frozenset[str] = frozenset()  # single rights taken away
    features_off: frozenset[str] = frozenset()  # parts of the program that the organisation has turned off
    today: date = field(
        default_factory=lambda: datetime.now(UTC).date()
    )  # the school date where this is done
    origin: Origin = field(default_factory=Origin)

    @property
    def roles(self) -> frozenset[str]:
        """The roles held, wherever they hold."""
        return frozenset(scope.role for scope in self.scopes)

    @property
    def school_ids(self) -> frozenset[UUID]:
        """The schools in which any role holds. Rights ask each scope by itself."""
        return frozenset().union(*(scope.school_ids for scope in self.scopes))

    @property
    def is_district_wide(self) -> bool:
        """Whether any role holds in the whole district. Rights ask each scope by itself."""
        return any(scope.is_district_wide for scope in self.scopes)

    @property
    def person_id(self) -> UUID:
        """The person acting. Refuses when there is none: `None` in a filter would mean IS NULL."""
        if self.acting_person_id is None:
            raise NotAllowed
        return self.acting_person_id

    def ref(self) -> dict[str, Any]:
        """What a queued job keeps of the actor: who, never what they may do. Rights are read again later."""
        return {
            "kind": self.kind.value,
            "organization_id": str(self.organization_id),
            "person_id": str(self.acting_person_id) if self.acting_person_id else None,
            "hat": self.hat.value,
            "name": self.name if self.kind is not Kind.PERSON else "",
            "request_id": self.origin.request_id,
        }


def everybody(actor: Actor) -> Actor:
    """Stands for all who act in an organisation, where what is read is the same for each of them."""
    return Actor(kind=Kind.SYSTEM, organization_id=actor.organization_id, name="", today=actor.today)


def system_actor(*, organization_id: UUID, name: str, request_id: str = "") -> Actor:
    """The software itself at work in one organisation (a schedule, a command, an import)."""
    return Actor(
        kind=Kind.SYSTEM,
        organization_id=organization_id,
        name=name,
        origin=Origin(request_id=request_id),
    )
