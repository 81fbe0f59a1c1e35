"""The history of a text as a page: any version, whose words, what is different, and the way back."""

import re

import pytest

from coediting.mutations import change_text, lock_texts
from coediting.queries import text_state
from core.models import AuditEntry

PLACE = "/d/larkspur/texts"


@pytest.fixture
def written(cast, make_text):
    """A text that two people wrote: casey began, ada corrected a word and added a list."""
    text = make_text("She reads 42 words.\n")
    changes = [
        (cast.ada, [{"retain": 10}, {"insert": "57"}, {"delete": 2}]),
        (
            cast.ada,
            [{"retain": 20}, {"insert": "Asks for help"}, {"insert": "\n", "attributes": {"list": "bullet"}}],
        ),
        (cast.casey, [{"retain": 4, "attributes": {"bold": True}}]),
    ]
    for version, (player, ops) in enumerate(changes, 1):
        change_text(actor=player.actor, text_id=text.id, version=version, ops=ops, change_id=f"c{version}")
    return text


def page(player, text, query=""):
    return player.client().get(f"{PLACE}/{text.id}/history/{query}")


@pytest.mark.django_db
def test_history_shows_the_text_now_with_its_formats_and_authors(cast, written):
    content = page(cast.casey, written).content.decode()

    assert "<strong>She </strong>reads 57 words.</p><ul><li>Asks for help</li></ul>" in content
    assert "The text now" in content
    for player in (cast.casey, cast.ada):
        assert f"{player.person.name}: " in content
    assert "Restore this" not in content and "/restore/" not in content


@pytest.mark.django_db
def test_history_opens_any_version(cast, written):
    content = page(cast.casey, written, "?version=1").content.decode()

    assert "<p>She reads 42 words.</p>" in content
    words = content.partition('data-history-part="words"')[2].partition("</section>")[0]
    assert "57" not in re.sub("<[^>]*>", " ", words)
    assert f"{PLACE}/{written.id}/restore/1/" in content
    assert "Version 1 of 4" in content


@pytest.mark.django_db
def test_history_compares_two_versions_in_words_and_not_by_colour_alone(cast, written):
    content = page(cast.casey, written, "?version=3&compare=1").content.decode()

    assert "4 words added" in content and "1 word taken out" in content
    assert "[added] </span>57<" in content
    assert "[taken out] </span>42<" in content


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["?version=5", "?version=-1", "?version=x", "?compare=99", "?version=²", "?version=" + "9" * 30]
)
def test_history_knows_no_other_versions(cast, written, query):
    assert page(cast.casey, written, query).status_code == 404


@pytest.mark.django_db
def test_text_on_its_own_page_is_readable_without_javascript(cast, written):
    content = cast.casey.client().get(f"{PLACE}/{written.id}/").content.decode()

    assert "<strong>She </strong>reads 57 words.</p><ul><li>Asks for help</li></ul>" in content
    assert f'data-text="{written.id}"' in content and "data-may-edit" in content
    assert "data-may-edit" not in cast.paula.client().get(f"{PLACE}/{written.id}/").content.decode()
    assert cast.omar.client().get(f"{PLACE}/{written.id}/").status_code == 404


@pytest.mark.django_db
def test_empty_text_has_a_page_too(cast, make_text):
    answer = page(cast.casey, make_text())

    assert answer.status_code == 200
    assert "Nothing has been written here yet." in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("outsider", ["omar", "otto"])
def test_history_is_not_there_for_outsiders(cast, written, outsider):
    player = getattr(cast, outsider)

    assert page(player, written).status_code == 404
    assert player.client().post(f"{PLACE}/{written.id}/restore/1/").status_code == 404


@pytest.mark.django_db
def test_restoring_asks_and_then_is_a_new_change(cast, written):
    client = cast.casey.client()
    address = f"{PLACE}/{written.id}/restore/1/"

    asked = client.get(address).content.decode()
    answer = client.post(address)

    assert "[taken out] </span>57<" in asked and "[added] </span>42<" in asked
    assert answer.status_code == 303 and answer["Location"] == f"{PLACE}/{written.id}/history/"
    state = text_state(actor=cast.casey.actor, text_id=written.id)
    assert (state.version, state.plain) == (5, "She reads 42 words.\n")
    assert AuditEntry.objects.filter(verb="coediting.text.restored").count() == 1


@pytest.mark.django_db
def test_locked_text_is_read_and_not_restored(cast, written):
    lock_texts(actor=cast.casey.actor, subject_id=written.subject_id)

    content = page(cast.casey, written, "?version=1").content.decode()

    assert "/restore/" not in content
    assert cast.casey.client().get(f"{PLACE}/{written.id}/restore/1/").status_code == 409
    assert cast.casey.client().post(f"{PLACE}/{written.id}/restore/1/").status_code == 409


@pytest.mark.django_db
def test_reader_sees_the_history_and_no_way_back(cast, written):
    content = page(cast.paula, written, "?version=1")

    assert content.status_code == 200
    assert "/restore/" not in content.content.decode()
    assert cast.paula.client().post(f"{PLACE}/{written.id}/restore/1/").status_code == 403


@pytest.mark.django_db
def test_history_costs_the_same_for_one_change_and_many(cast, make_text, django_assert_num_queries, written):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    few, client = make_text("One.\n"), cast.casey.client()
    client.get(f"{PLACE}/{few.id}/history/")
    counts = []
    for text in (few, written):
        with CaptureQueriesContext(
            connection,
        ) as statements:
            client.get(f"{PLACE}/{text.id}/history/?compare=0")
        counts.append(len(statements))

    assert counts[0] == counts[1]
