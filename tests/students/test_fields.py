"""The fields that a district adds to the record: defined, filled in, checked by kind, never lost."""

import pytest

from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry
from students import mutations, queries
from students.models import CustomField, CustomValue
from students.mutations.fields import HasValues


def defined(cast, **more):
    given = {"name": "Bus number", "kind": "text", "viewers": "record", **more}
    return mutations.add_custom_field(actor=cast.ada.actor, **given)


def put(cast, field, value, player="casey"):
    mutations.set_custom_values(
        actor=getattr(cast, player).actor, student_id=cast.student.id, values={str(field.id): value}
    )


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", "  Bus 12 ", "Bus 12"),
        ("number", "3.50", "3.5"),
        ("number", 12, "12"),
        ("date", "2026-05-31", "2026-05-31"),
        ("yes_no", True, "yes"),
        ("yes_no", "no", "no"),
        ("choice", "North", "North"),
    ],
)
def test_value_is_kept_in_one_shape(cast, kind, given, kept):
    field = defined(cast, kind=kind, choices=["North", "South"] if kind == "choice" else [])
    put(cast, field, given)

    assert CustomValue.objects.get().value == kept
    told = AuditEntry.objects.get(verb="students.custom_values.changed").values
    assert told == {"field_ids": [str(field.id)]}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("number", "twelve"),
        ("number", "1e400"),
        ("number", "٣"),
        ("date", "2026-02-31"),
        ("date", "9999-12-31"),
        ("yes_no", "perhaps"),
        ("choice", "West"),
        ("text", "x" * 2001),
    ],
)
def test_value_that_does_not_fit_is_refused(cast, kind, given):
    field = defined(cast, kind=kind, choices=["North", "South"] if kind == "choice" else [])
    with pytest.raises(Invalid) as refused:
        put(cast, field, given)

    assert list(refused.value.fields) == [str(field.id)]
    assert not CustomValue.objects.exists()


def test_choice_that_left_the_list_stays_readable_and_valid(cast):
    field = defined(cast, kind="choice", choices=["North", "South"])
    put(cast, field, "North")
    mutations.update_custom_field(
        actor=cast.ada.actor, field_id=field.id, changes={"choices": ["South", "East"]}
    )
    put(cast, field, "North")

    url = f"/students/{cast.student.id}/record/fields/"
    assert "North" in cast.casey.client().get(cast.casey.url(url)).content.decode()
    assert "North" in cast.casey.client().get(cast.casey.url(f"{url}edit/")).content.decode()
    with pytest.raises(Invalid):
        put(cast, field, "West")


def test_required_field_cannot_be_emptied(cast):
    field = defined(cast, is_required=True)
    put(cast, field, "Bus 12")
    with pytest.raises(Invalid):
        put(cast, field, "")

    assert CustomValue.objects.get().value == "Bus 12"


def test_field_with_values_is_put_away_and_taken_out_again_but_never_deleted(cast):
    field = defined(cast)
    put(cast, field, "Bus 12")
    with pytest.raises(HasValues):
        mutations.remove_custom_field(actor=cast.ada.actor, field_id=field.id)

    mutations.archive_custom_field(actor=cast.ada.actor, field_id=field.id)
    with pytest.raises(NotFound):
        put(cast, field, "Bus 13")
    mutations.archive_custom_field(actor=cast.ada.actor, field_id=field.id, is_archived=False)
    assert CustomValue.objects.get().value == "Bus 12"

    put(cast, field, None)
    mutations.remove_custom_field(actor=cast.ada.actor, field_id=field.id)
    assert not CustomField.objects.exists()


def test_field_is_for_its_group_of_viewers(cast):
    """R11: values follow the table of rights, in the page and in the query of lists."""
    shown = {}
    for viewers in ("record", "guardians", "about the student", "identity"):
        field = defined(cast, name=viewers, viewers=viewers)
        put(cast, field, f"value of {viewers}")
        for name in ("casey", "vic", "paula", "fin", "mina"):
            actor = getattr(cast, name).actor
            columns = queries.custom_columns(actor=actor)
            found = queries.custom_values(actor=actor, student_ids=[cast.student.id], columns=columns)
            if field.id in found[cast.student.id]:
                shown.setdefault(viewers, set()).add(name)

    assert shown == {
        "record": {"casey", "vic"},
        "guardians": {"casey"},
        "about the student": {"casey", "vic", "paula", "mina"},
        "identity": {"casey", "vic", "paula", "fin", "mina"},
    }


def test_definitions_are_kept_by_administrators_only(cast):
    with pytest.raises(NotAllowed):
        mutations.add_custom_field(actor=cast.casey.actor, name="Bus", kind="text")
    with pytest.raises(NotAllowed):
        put(cast, defined(cast, viewers="identity"), "x", player="vic")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"kind": "picture"},
        {"viewers": "money"},
        {"kind": "choice", "choices": ["one"]},
        {"kind": "text", "choices": ["a", "b"]},
        {"kind": "choice", "choices": ["a", "a"]},
    ],
)
def test_definition_that_could_not_be_filled_in_is_refused(cast, wrong):
    with pytest.raises(Invalid):
        defined(cast, **wrong)

    assert not CustomField.objects.exists()


def test_two_fields_of_one_name_are_refused(cast):
    defined(cast)
    with pytest.raises(Invalid):
        defined(cast)


def test_field_is_defined_and_filled_in_on_the_pages(cast):
    ada, casey = cast.ada.client(), cast.casey.client()
    given = {"name": "Bus stop", "kind": "choice", "choices": "Elm\nOak\n\nElm", "viewers": "record"}
    assert ada.post(cast.ada.url("/custom-fields/new/"), given).status_code == 303
    field = CustomField.objects.get()
    assert field.choices == ["Elm", "Oak"]

    edit = cast.casey.url(f"/students/{cast.student.id}/record/fields/edit/")
    assert casey.post(edit, {f"field_{field.id.hex}": "Ash"}).status_code == 422
    assert casey.post(edit, {f"field_{field.id.hex}": "Oak"}).status_code == 303
    assert CustomValue.objects.get().value == "Oak"
