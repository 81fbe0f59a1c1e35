"""Encrypted columns of tenant rows, and the blind index beside them (`docs/adr/0014-…`).

A row's value is sealed when the row is saved and opened when the attribute is first read, so that a list that does not
show it pays nothing. What cannot know the row fails loudly: `update(field=…)`, `bulk_update`, `filter(field=…)`.
`values()` gives `Sealed`, which refuses to be shown, compared or stored elsewhere.
"""

import json
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

import structlog
from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.forms import CharField, Textarea
from django.utils.translation import gettext_lazy as _

from core import crypto
from core.errors import SpedError

if TYPE_CHECKING:
    Column = models.Field[Any, Any]
    Bytes = models.BinaryField[Any, Any]
else:  # generic for the checker only
    Column, Bytes = models.Field, models.BinaryField

log = structlog.get_logger("core.encrypted")
NOWHERE = UUID(int=0)
"""The organisation, or the row, of a secret that has none."""
ONE_LINE = 200


class Undecipherable(SpedError):
    """A sealed value does not open: its key is missing, or it was altered or moved."""

    code = "undecipherable"
    status = 500
    message = _(
        "A protected part of this record cannot be opened. Nothing was lost or changed. "
        "Tell your administrator; the log says which part and why."
    )


class Sealed:
    """A value as the database keeps it. It opens in its own row only, and is never shown."""

    __slots__ = ("content",)

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __repr__(self) -> str:
        return "<Sealed>"

    def __copy__(self) -> "Sealed":
        return self

    def __deepcopy__(self, memo: object) -> "Sealed":
        return self

    def _refuse(self, *_arguments: object) -> NoReturn:
        raise TypeError("an encrypted value is read from its row, not through values()")

    __str__ = __format__ = __bool__ = __eq__ = __bytes__ = __iter__ = __len__ = _refuse
    __reduce_ex__ = _refuse
    __hash__ = None  # type: ignore[assignment]


@lru_cache(maxsize=8)
def _ring(keys: tuple[str, ...]) -> crypto.KeyRing:
    return crypto.KeyRing(keys)


def ring() -> crypto.KeyRing:
    """The keys of this installation."""
    return _ring(tuple(settings.STUDENT_DATA_ENCRYPTION_KEYS))


def open_in(sealed: bytes, place: crypto.Place) -> bytes:
    """Open a value; what does not open is noted in the log, without content. Raises Undecipherable."""
    try:
        return ring().open(sealed, place)
    except crypto.CannotOpen as error:
        log.error(  # noqa: TRY400  # the traceback would say nothing more
            "a sealed value does not open",
            reason=error.reason,
            key_id=error.key_id,
            column=place.column,
            organization_id=str(place.organization_id),
            row_id=str(place.row_id),
        )
        raise Undecipherable from None


def seal_text(text: str, column: str, *, row_id: UUID = NOWHERE, organization_id: UUID = NOWHERE) -> bytes:
    """Seal a secret that is kept outside an encrypted column."""
    return ring().seal(text.encode(), crypto.Place(column, organization_id, row_id))


def open_text(sealed: bytes, column: str, *, row_id: UUID = NOWHERE, organization_id: UUID = NOWHERE) -> str:
    """Open what `seal_text` sealed for the same place. Raises Undecipherable."""
    return open_in(bytes(sealed), crypto.Place(column, organization_id, row_id)).decode()


class SealedAttribute(DeferredAttribute):
    """The attribute of an encrypted column: opens what came from the database when it is first read."""

    field: "Encrypted"

    def __get__(self, instance: models.Model | None, owner: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            super().__get__(instance, owner)  # deferred: fetches the column, through `__set__`
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            value = instance.__dict__[name] = self.field.opened(value, instance)
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = value


class Encrypted(Column, ABC):
    """What both encrypted columns are."""

    empty_strings_allowed = False
    descriptor_class = SealedAttribute

    def get_internal_type(self) -> str:
        return "BinaryField"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Also: the model can bind its values, and nothing indexes them."""
        found = list(super().check(**kwargs))
        if not isinstance(self.model._meta.pk, models.UUIDField) or not _has_organization(self.model):
            found.append(checks.Error("An encrypted column needs a tenant row.", obj=self, id="core.E001"))
        if self.unique or getattr(self, "db_index", False):
            found.append(
                checks.Error("An encrypted column is found by a BlindIndexField.", obj=self, id="core.E002")
            )
        return found

    def place(self, instance: models.Model) -> crypto.Place:
        """Where the value of a row is kept."""
        organization_id, row_id = getattr(instance, "organization_id", None), instance.pk
        if not isinstance(organization_id, UUID) or not isinstance(row_id, UUID):
            raise TypeError(f"{self} is sealed for a row of an organisation, and this row has no ids yet")
        return crypto.Place(f"{self.model._meta.db_table}.{self.column}", organization_id, row_id)

    def opened(self, sealed: Sealed, instance: models.Model) -> Any:
        """The value of a row. Raises Undecipherable."""
        return self.read(open_in(sealed.content, self.place(instance)))

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        """Seal the value for its row. What was not read stays as it is, unless its key is not the newest."""
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, Sealed):
            if not model_instance._state.adding and ring().is_newest(value.content):
                return value
            value = self.opened(value, model_instance)
        if value is None:
            return None
        return Sealed(ring().seal(self.written(value), self.place(model_instance)))

    def get_prep_value(self, value: Any) -> bytes | None:
        """What the database is given: sealed values only."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(f"{self} is sealed for its row when that is saved; it cannot be set otherwise")
        return value.content

    def from_db_value(self, value: Any, *_arguments: object) -> Sealed | None:
        """What the database gives, still sealed."""
        return None if value is None else Sealed(bytes(value))

    def get_lookup(self, lookup_name: str) -> Any:
        """Nothing can be asked of an encrypted column but whether there is a value."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> None:
        """None: the database cannot look inside."""

    def value_to_string(self, obj: models.Model) -> NoReturn:
        """Refuse: fixtures would hold plain text."""
        raise TypeError(f"{self} is not written into fixtures")

    @abstractmethod
    def written(self, value: Any) -> bytes:
        """A value as bytes, before it is sealed."""

    @abstractmethod
    def read(self, plain: bytes) -> Any:
        """A value from its bytes, after it was opened."""


class EncryptedTextField(Encrypted):
    """Text that is encrypted in the database. `''` and None stay what they are."""

    _pyi_private_set_type: str
    _pyi_private_get_type: str

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def written(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise TypeError(f"{self} holds text, not {type(value).__name__}")
        return value.encode()

    def read(self, plain: bytes) -> str:
        return plain.decode()

    def formfield(self, **kwargs: Any) -> Any:
        """A line, or several when the text may be long."""
        options: dict[str, Any] = {"form_class": CharField, "max_length": self.max_length}
        if self.max_length is None or self.max_length > ONE_LINE:
            options["widget"] = Textarea
        return super().formfield(**{**options, **kwargs})


class EncryptedJSONField(Encrypted):
    """JSON that is encrypted in the database."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def written(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def read(self, plain: bytes) -> Any:
        return json.loads(plain)


class EncryptedBytesField(Encrypted):
    """A file that is encrypted in the database."""

    _pyi_private_set_type: bytes
    _pyi_private_get_type: bytes

    def written(self, value: Any) -> bytes:
        if not isinstance(value, bytes):
            raise TypeError(f"{self} holds bytes, not {type(value).__name__}")
        return value

    def read(self, plain: bytes) -> bytes:
        return plain


class BlindIndexField(Bytes):
    """The fingerprint of an encrypted column of the same row (`of`), written with each save of the row.

    Name this field too in `save(update_fields=…)`. A value is looked up with `fingerprint`.
    """

    def __init__(self, *arguments: Any, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(*arguments, **{**options, "null": True, "editable": False})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, arguments, options = super().deconstruct()
        options.pop("editable", None)
        return name, path, list(arguments), {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        """The fingerprint of what the row holds now."""
        value = getattr(model_instance, self.of)
        found = None if value is None else self.of_value(model_instance.organization_id, value)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, found)
        return found

    def of_value(self, organization_id: UUID, value: str) -> bytes:
        """The fingerprint of a value in this column of an organisation."""
        key = crypto.read_key(settings.BLIND_INDEX_KEY, "BLIND_INDEX_KEY")
        column = f"{self.model._meta.db_table}.{self.of}"
        return crypto.blind_index(key, column, organization_id, value)


def fingerprint(model: type[models.Model], name: str, organization_id: UUID, value: str) -> bytes:
    """What the blind index `name` of a model holds for a value: `filter(name=fingerprint(…))`."""
    field = model._meta.get_field(name)
    if not isinstance(field, BlindIndexField):
        raise TypeError(f"{field} is no blind index")
    return field.of_value(organization_id, value)


def _has_organization(model: type[models.Model]) -> bool:
    try:
        return isinstance(model._meta.get_field("organization"), models.ForeignKey)
    except FieldDoesNotExist:
        return False
