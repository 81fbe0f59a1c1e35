"""The keys with which a person's devices seal what they keep without a network (docs/adr/0028). Derived, not stored."""

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from core.actor import Actor

KEY_BYTES = 32
PURPOSE = b"throughline capture device 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceKey:
    """A key of one person in one district, with a name that says nothing of it."""

    id: str
    key: bytes


def device_keys(*, actor: Actor) -> tuple[DeviceKey, ...]:
    """The person's keys, newest first: one for each encryption key of the installation, so that after a new one came
    what was sealed before still opens."""
    return tuple(_derived(secret, actor) for secret in settings.STUDENT_DATA_ENCRYPTION_KEYS)


def _derived(secret: str, actor: Actor) -> DeviceKey:
    who = actor.organization_id.bytes + actor.person_id.bytes
    material = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES + 8, salt=who, info=PURPOSE).derive(
        bytes.fromhex(secret)
    )
    return DeviceKey(id=material[KEY_BYTES:].hex(), key=material[:KEY_BYTES])
