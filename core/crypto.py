"""Sealing of sensitive values: AES-256-GCM, bound to the place where each is kept; and the blind index to find them by.

Pure: knows keys and bytes, no framework and no row. A sealed value is

    version (1 byte) | id of the key (4) | nonce (12) | ciphertext | tag (16)

Version, key id and place are authenticated with the text, so that a sealed value opens in its own row and column only.
"""

import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
KEY_ID_BYTES, NONCE_BYTES, TAG_BYTES = 4, 12, 16
HEADER_BYTES = len(VERSION) + KEY_ID_BYTES
OVERHEAD_BYTES = HEADER_BYTES + NONCE_BYTES + TAG_BYTES
KEY = re.compile(r"[0-9a-fA-F]{64}")


class BadKey(ValueError):
    """A key cannot be used; the message says which one, and never shows it."""


class CannotOpen(Exception):
    """A sealed value does not open here; `reason` is one of three plain words."""

    def __init__(self, reason: str, key_id: str = "") -> None:
        self.reason = reason  # "malformed", "unknown key" or "altered"
        self.key_id = key_id
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is kept: `table.column`, the organisation and the row."""

    column: str
    organization_id: UUID
    row_id: UUID

    def as_bytes(self) -> bytes:
        """The place in a form that no other place has."""
        return self.column.encode() + b"\x00" + self.organization_id.bytes + self.row_id.bytes


class KeyRing:
    """The keys of an installation, newest first: the newest seals, each of them opens what it sealed."""

    def __init__(self, keys: Sequence[str], *, name: str = "STUDENT_DATA_ENCRYPTION_KEYS") -> None:
        if not keys:
            raise BadKey(f"{name} holds no key.")
        raw = [read_key(key, f"{name}, key {number}") for number, key in enumerate(keys, start=1)]
        self.ids = tuple(key_id(key) for key in raw)
        if len(set(self.ids)) < len(self.ids):
            raise BadKey(f"{name} holds a key twice.")
        self._ciphers = {bytes.fromhex(own): AESGCM(key) for own, key in zip(self.ids, raw, strict=True)}
        self._newest = bytes.fromhex(self.ids[0])

    def seal(self, plain: bytes, place: Place) -> bytes:
        """Encrypt a value for one place, with the newest key."""
        header, nonce = VERSION + self._newest, os.urandom(NONCE_BYTES)
        return header + nonce + self._ciphers[self._newest].encrypt(nonce, plain, header + place.as_bytes())

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Decrypt a value of one place. Raises CannotOpen."""
        name = key_of(sealed)
        cipher = self._ciphers.get(bytes.fromhex(name))
        if cipher is None:
            raise CannotOpen("unknown key", name)
        header, nonce = sealed[:HEADER_BYTES], sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
        try:
            return cipher.decrypt(nonce, sealed[HEADER_BYTES + NONCE_BYTES :], header + place.as_bytes())
        except InvalidTag:
            raise CannotOpen("altered", name) from None

    def is_newest(self, sealed: bytes) -> bool:
        """Whether a value was sealed with the newest key."""
        return sealed[:HEADER_BYTES] == VERSION + self._newest


def read_key(text: str, name: str) -> bytes:
    """The 32 bytes of a key as it is written in a setting. Raises BadKey."""
    if not KEY.fullmatch(text):
        raise BadKey(f"{name} must be 64 hexadecimal digits (openssl rand -hex 32).")
    return bytes.fromhex(text)


def key_id(key: bytes) -> str:
    """Eight digits that name a key and tell nothing of it."""
    return hmac.digest(key, b"throughline key id", hashlib.sha256)[:KEY_ID_BYTES].hex()


def key_of(sealed: bytes) -> str:
    """The id of the key that sealed a value. Raises CannotOpen for what is no sealed value."""
    if len(sealed) < OVERHEAD_BYTES or sealed[:1] != VERSION:
        raise CannotOpen("malformed")
    return sealed[1:HEADER_BYTES].hex()


def blind_index(key: bytes, column: str, organization_id: UUID, value: str) -> bytes:
    """A fingerprint by which an encrypted value is found: the same in one column of one organisation, nowhere else."""
    own = hmac.digest(key, column.encode() + b"\x00" + organization_id.bytes, hashlib.sha256)
    return hmac.digest(own, normalised(value).encode(), hashlib.sha256)


def normalised(value: str) -> str:
    """An id without what people write differently: case, spaces, hyphens, full-width letters."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", value)).upper()
