"""The narrative of an IEP as shared texts: columns keep the plain words, whoever writes them and however."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override

from coediting import delta
from coediting.models import Text, TextChange
from coediting.mutations import change_text
from coediting.queries import authorship, changes_after, history, texts_of
from core.errors import NotFound
from core.models import OutboxEvent
from ieps.editing import EditConflict
from ieps.models import Iep
from ieps.mutations import create_iep, return_to_draft, send_to_review, update_section
from ieps.sections import BY_ID, NARRATIVES, SECTION_OF
from ieps.texts import OBJECT, around_objects, as_text, ensure_texts, in_column, moved, text_rights
from tests.factories.ieps import NARRATIVES as WORDS
from tests.factories.ieps import IepFactory
from tests.ieps.conftest import TODAY, fill, sign_and_approve

TABLES = (Iep._meta.db_table, Text._meta.db_table)


def text_of(player, iep, field):
    return texts_of(actor=player.acting(), subject_id=iep.id)[field]


def typed(player, iep, field, ops):
    text = text_of(player, iep, field)
    change_text(actor=player.acting(), text_id=text.id, version=text.version, ops=ops, change_id=uuid4().hex)


def write(player, iep, section, values, **more):
    return update_section(
        actor=player.acting(), iep_id=iep.id, section=section, values=values, today=TODAY, **more
    )


@pytest.fixture
def started(cast):
    return create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY)


def test_narratives_are_the_columns_of_free_words():
    columns = {field.name for field in Iep._meta.fields if field.get_internal_type() == "TextField"}

    assert set(NARRATIVES) == columns
    assert all(name in BY_ID[SECTION_OF[name]].fields for name in NARRATIVES)


def test_new_iep_has_a_text_for_each_narrative(cast, started):
    texts = texts_of(actor=cast.casey.acting(), subject_id=started.id)

    assert set(texts) == set(NARRATIVES)
    assert {text.plain for text in texts.values()} == {""}


def test_what_is_typed_stands_in_the_column_and_is_told(cast, started):
    typed(cast.sam, started, "strengths", [{"insert": "Tells long stories.\n"}])

    before = started.version
    started.refresh_from_db()
    assert started.strengths == "Tells long stories."
    assert started.version == before + 1
    assert started.section_versions == {"family": started.version}
    assert started.changed_by_name == cast.sam.person.name
    told = OutboxEvent.objects.filter(verb="ieps.section.written").get()
    assert started.topic in told.topics


def test_new_format_alone_is_no_change_of_the_words(cast, started):
    typed(cast.casey, started, "strengths", [{"insert": "Reads.\n"}])
    started.refresh_from_db()
    before = started.version

    typed(cast.casey, started, "strengths", [{"retain": 5, "attributes": {"bold": True}}])

    started.refresh_from_db()
    assert started.version == before


def test_form_writes_a_change_of_what_differs_and_keeps_formats(cast, started):
    typed(
        cast.sam,
        started,
        "strengths",
        [{"insert": "Reads", "attributes": {"bold": True}}, {"insert": " well.\n"}],
    )

    write(cast.casey, started, "family", {"strengths": "Reads very well."})

    text = text_of(cast.casey, started, "strengths")
    assert text.ops == [{"insert": "Reads", "attributes": {"bold": True}}, {"insert": " very well.\n"}]
    last = changes_after(actor=cast.casey.acting(), text_id=text.id, version=1)
    assert [change.by_name for change in last] == [cast.casey.person.name]
    assert last[0].ops == [{"retain": 6}, {"insert": "very "}]
    started.refresh_from_db()
    assert started.strengths == "Reads very well."


def test_form_leaves_what_is_no_letter_where_it_is(cast, started):
    typed(cast.casey, started, "strengths", [{"insert": "Sings \ufffc and 😀 draws.\n"}])

    write(cast.casey, started, "family", {"strengths": "He sings  and 😀 paints."})

    assert text_of(cast.casey, started, "strengths").plain == "He sings \ufffc and 😀 paints.\n"
    started.refresh_from_db()
    assert started.strengths == "He sings  and 😀 paints."


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        (["a", OBJECT, "b\n"], "ab", ["a", OBJECT, "b\n"]),
        ([OBJECT, "ab\n"], "xab", ["xab", OBJECT, "\n"]),  # words change whole
        (["a", OBJECT, OBJECT, "b\n"], "", [OBJECT, OBJECT]),
        (["😀", OBJECT, "b\n"], "b", ["b", OBJECT, "\n"]),
    ],
)
def test_embed_survives_whatever_a_form_does_to_the_words(before, words, after):
    text = [{"insert": {"image": "x"}} if part == OBJECT else {"insert": part} for part in before]
    bare = [{"insert": "".join(part for part in before if part != OBJECT)}]

    change = around_objects(delta.diff(bare, as_text(words)), "".join(before))

    made = delta.apply(text, change) if change else text
    assert [OBJECT if isinstance(op["insert"], dict) else op["insert"] for op in made] == after


def test_form_that_read_older_words_shows_both(cast, started):
    read = {"strengths": "", "parent_concerns": ""}
    version = Iep.objects.get(id=started.id).version
    typed(cast.sam, started, "strengths", [{"insert": "Sings.\n"}])

    with pytest.raises(EditConflict) as error:
        write(cast.casey, started, "family", {"strengths": "Draws."}, expected_version=version, read=read)
    write(cast.casey, started, "family", {"parent_concerns": "To read."}, expected_version=version, read=read)

    assert error.value.details["both"] == {"strengths": {"theirs": "Sings.", "yours": "Draws."}}
    started.refresh_from_db()
    assert (started.strengths, started.parent_concerns) == ("Sings.", "To read.")


def test_copied_draft_takes_the_formats_along(cast, started):
    ops = [{"insert": "Asks for help", "attributes": {"italic": True}}, {"insert": ".\n"}]
    typed(cast.casey, started, "what_works", ops)
    Iep.objects.filter(id=started.id).update(
        status="active", effective_on="2025-09-08", expires_on="2026-09-07", activated_at="2025-09-08T14:00Z"
    )

    copied = create_iep(actor=cast.casey.acting(), student_id=cast.student.id, today=TODAY, copy=True)

    assert text_of(cast.casey, copied, "what_works").ops == ops
    assert copied.what_works == "Asks for help."


def test_older_iep_is_given_its_texts_once(cast):
    iep = IepFactory(student=cast.student, number=1, complete=True, changed_by_name="Somebody Else")

    ensure_texts(iep=iep)
    ensure_texts(iep=iep)

    rows = Text.objects.filter(organization_id=iep.organization_id, subject_id=iep.id)
    assert rows.count() == len(NARRATIVES)
    assert text_of(cast.casey, iep, "strengths").ops == [{"insert": f"{WORDS['strengths']}\n"}]
    assert set(TextChange.objects.values_list("author_name", flat=True)) == {"Earlier words"}


def test_older_iep_that_nobody_opened_has_its_texts_locked_when_it_is_sent_and_approved(cast):
    iep = IepFactory(student=cast.student, number=1)
    fill(cast.casey.actor, iep)
    Text.objects.filter(subject_id=iep.id).delete()

    send_to_review(actor=cast.casey.actor, iep_id=iep.id)

    rows = Text.objects.filter(organization_id=iep.organization_id, subject_id=iep.id)
    assert set(rows.filter(locked_at__isnull=False).values_list("field", flat=True)) == set(NARRATIVES)

    rows.delete()
    sign_and_approve(actor=cast.casey.actor, iep_id=iep.id)
    assert set(rows.filter(locked_at__isnull=False).values_list("field", flat=True)) == set(NARRATIVES)


def test_whose_the_words_of_an_older_iep_are_is_not_claimed(cast):
    iep = IepFactory(student=cast.student, number=1, complete=True, changed_by_name=cast.casey.person.name)
    ensure_texts(iep=iep)
    typed(cast.casey, iep, "strengths", [{"insert": "Sings. "}])

    asked = {"actor": cast.casey.acting(), "text_id": text_of(cast.casey, iep, "strengths").id}

    expected = ["Earlier words", cast.casey.person.name]
    assert [one.by_name for one in history(**asked)] == expected
    assert {run.by_name for run in authorship(**asked)} == set(expected)
    with override("es"):
        assert history(**asked)[0].by_name == gettext("Earlier words")


@pytest.mark.parametrize("act", [send_to_review, return_to_draft])
def test_iep_is_locked_before_its_texts(cast, act):
    """As when they are kept whole; the other way about, two would wait for each other."""
    status = "in_review" if act is return_to_draft else "draft"
    iep = IepFactory(student=cast.student, number=1, complete=True, status=status)
    ensure_texts(iep=iep)

    with CaptureQueriesContext(connection) as said:
        act(actor=cast.casey.actor, iep_id=iep.id)

    locks = [one["sql"] for one in said if "FOR NO KEY UPDATE" in one["sql"]]
    firsts = [next(at for at, sql in enumerate(locks) if f'FROM "{table}"' in sql) for table in TABLES]
    assert firsts == sorted(firsts)


def test_older_iep_is_given_its_texts_when_it_is_written(cast):
    iep = IepFactory(student=cast.student, number=1, complete=True)

    write(cast.casey, iep, "family", {"strengths": WORDS["strengths"] + " Sings."})

    text = text_of(cast.casey, iep, "strengths")
    assert (text.version, text.plain) == (2, WORDS["strengths"] + " Sings.\n")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("casey", (True, True)),
        ("ada", (True, True)),
        ("sam", (True, True)),
        ("cory", (True, False)),
        ("vic", (True, False)),
        ("gina", (False, False)),
        ("paula", (False, False)),
        ("fin", (False, False)),
        ("mina", (False, False)),
        ("omar", (False, False)),
    ],
)
def test_who_reads_and_writes_the_texts_of_a_draft(cast, started, who, expected):
    assert text_rights(actor=getattr(cast, who).acting(), subject_id=started.id) == expected


def test_texts_of_an_iep_in_review_are_read_only(cast, started):
    send_to_review(actor=cast.casey.acting(), iep_id=started.id)

    assert text_rights(actor=cast.sam.acting(), subject_id=started.id) == (True, False)


def test_texts_of_an_archived_student_are_read_only(cast, started):
    cast.student.__class__.objects.filter(id=cast.student.id).update(archived_at="2025-11-19T12:00Z")

    assert text_rights(actor=cast.ada.acting(), subject_id=started.id) == (True, False)


def test_outsider_is_told_of_no_text(cast, started):
    text = text_of(cast.casey, started, "strengths")

    with pytest.raises(NotFound):
        change_text(
            actor=cast.omar.acting(), text_id=text.id, version=0, ops=[{"insert": "x"}], change_id="a"
        )


@pytest.mark.parametrize(
    ("words", "column"), [("", ""), ("a\r\nb\n\n", "a\nb"), ("  a", "  a"), ("\n \n", "")]
)
def test_words_and_their_text_say_the_same(words, column):
    plain = "".join(op["insert"] for op in as_text(words))

    assert in_column(plain) == column


@pytest.mark.parametrize(
    ("ops", "place"),
    [
        ([{"insert": "ab"}], (7, 3)),
        ([{"retain": 5}, {"insert": "ab"}], (7, 3)),
        ([{"retain": 6}, {"insert": "ab"}], (5, 5)),
        ([{"retain": 8}, {"insert": "ab"}], (5, 3)),
        ([{"retain": 4}, {"delete": 2}], (4, 2)),
        ([{"retain": 2}, {"delete": 9}], (2, 0)),
        ([{"retain": 6}, {"retain": 1, "attributes": {"bold": True}}], (5, 3)),
    ],
)
def test_passage_follows_changes_and_leaves_what_is_written_at_its_edges(ops, place):
    assert moved(ops, 5, 3) == place
