"""Signatures: whose, under which text, how, and whether it is still what was signed."""

import copy
import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from documents.handwriting import as_path, read_strokes
from documents.models import Signature, SignedVersion
from documents.signing import ChangedMeanwhile, digest_of
from ieps.models import Goal, Iep
from ieps.mutations import (
    ApprovalStands,
    NotToBeSigned,
    approve_iep,
    record_approval,
    record_parent_signature,
    return_to_draft,
    send_to_review,
    set_language,
    sign_iep,
    update_section,
    withdraw_signature,
)
from ieps.queries import signing_panel, verified_iep
from ieps.signed import content_of, differing
from students.models import Guardian
from tests.ieps.conftest import TODAY, approve, fill, hand

DRAWN = [[[100, 200], [200, 50], [300, 200]], [[450, 150], [700, 140]]]


@pytest.fixture
def in_review(cast, draft):
    """A complete IEP that the team reads."""
    fill(cast.casey.actor, draft)
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)
    return Iep.objects.get(id=draft.id)


def parent(cast):
    return Guardian.objects.get(student=cast.student, person=cast.mina.person)


def paper(cast, iep, meaning="agrees", **given):
    given.setdefault("guardian_id", None)
    given["guardian_id"] = given["guardian_id"] or parent(cast).id
    return record_parent_signature(
        **{
            "actor": cast.casey.actor,
            "iep_id": iep.id,
            "meaning": meaning,
            "signed_on": cast.casey.actor.today,
            "paper_reference": "Cabinet 2, folder 14",
            **given,
        }
    )


def test_approval_is_signed_under_the_hash_of_exactly_this_text(cast, in_review):
    content = content_of(actor=cast.casey.actor, iep=in_review)

    approve_iep(actor=cast.casey.actor, iep_id=in_review.id, hand=hand(cast.casey.actor))

    row = Signature.objects.get()
    assert (row.meaning, row.method, row.signer_name, row.role) == (
        "approves",
        "typed",
        "Casey Cast",
        "Case manager",
    )
    assert row.signed_on == cast.casey.actor.today
    assert row.digest == digest_of(content) == row.version.digest
    assert row.version.content == content
    entry = AuditEntry.objects.get(verb="documents.signature.added")
    assert entry.values["digest"] == row.digest
    assert f"iep.{in_review.id}" in {name for event in OutboxEvent.objects.all() for name in event.topics}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "Somebody Else"}, "name"),
        ({"name": ""}, "name"),
        ({"method": "stamped"}, "method"),
        ({"method": "drawn"}, "strokes"),
        ({"method": "drawn", "strokes": [[[0, 0], [1, 1]]]}, "strokes"),
        ({"method": "drawn", "strokes": [[[0, 0], [1001, 1]]]}, "strokes"),
        ({"method": "drawn", "strokes": "<svg onload=x>"}, "strokes"),
        ({"method": "drawn", "strokes": [[["a", 1], [0.5, True]]]}, "strokes"),
    ],
)
def test_what_is_no_signature_approves_nothing(cast, in_review, given, field):
    with pytest.raises(Invalid) as refused:
        approve_iep(actor=cast.casey.actor, iep_id=in_review.id, hand=hand(cast.casey.actor, **given))

    assert field in refused.value.fields
    in_review.refresh_from_db()
    assert (in_review.status, Signature.objects.count()) == ("in_review", 0)


def test_name_is_typed_in_any_case_and_with_any_spaces(cast, in_review):
    found = hand(cast.casey.actor, name="  casey   CAST ")

    assert approve_iep(actor=cast.casey.actor, iep_id=in_review.id, hand=found).status == "approved"


def test_drawn_signature_is_kept_as_lines(cast, in_review):
    drawn = hand(cast.sam.actor, method="drawn", strokes=DRAWN)

    row = sign_iep(actor=cast.sam.actor, iep_id=in_review.id, meaning="agrees", hand=drawn)

    assert Signature.objects.get(id=row.id).strokes == DRAWN
    assert as_path(DRAWN) == "M100 200L200 50L300 200 M450 150L700 140"
    assert signing_panel(actor=cast.casey.actor, iep_id=in_review.id).signatures[0].path.startswith("M100")


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=30)
)
def test_strokes_from_outside_are_points_or_nothing(value):
    found = read_strokes(value)

    assert found is None or all(0 <= x <= 1000 and 0 <= y <= 300 for line in found for x, y in line)


def test_text_that_changed_since_it_was_read_is_not_signed(cast, draft):
    fill(cast.casey.actor, draft)
    seen = signing_panel(actor=cast.casey.actor, iep_id=draft.id).digest
    update_section(
        actor=cast.casey.actor, iep_id=draft.id, section="levels", values={"impact": "Other."}, today=TODAY
    )
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)

    with pytest.raises(ChangedMeanwhile):
        approve_iep(actor=cast.casey.actor, iep_id=draft.id, hand=hand(cast.casey.actor, digest=seen))


def test_reviewer_who_agrees_signs(cast, in_review):
    record_approval(actor=cast.sam.actor, iep_id=in_review.id, decision="approved", hand=hand(cast.sam.actor))

    row = Signature.objects.get()
    assert (row.meaning, row.person_id) == ("agrees", cast.sam.person.id)


def test_one_signs_once_for_one_meaning(cast, in_review):
    sign_iep(actor=cast.sam.actor, iep_id=in_review.id, meaning="agrees", hand=hand(cast.sam.actor))

    with pytest.raises(Invalid):
        sign_iep(actor=cast.sam.actor, iep_id=in_review.id, meaning="agrees", hand=hand(cast.sam.actor))
    with pytest.raises(Invalid):
        sign_iep(actor=cast.sam.actor, iep_id=in_review.id, meaning="approves", hand=hand(cast.sam.actor))


def test_draft_is_not_signed(cast, draft):
    with pytest.raises(NotToBeSigned):
        sign_iep(actor=cast.sam.actor, iep_id=draft.id, meaning="agrees", hand=hand(cast.sam.actor))
    with pytest.raises(NotToBeSigned):
        paper(cast, draft)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("cory", NotAllowed),
        ("vic", NotAllowed),
        ("gina", NotFound),
        ("paula", NotFound),
        ("fin", NotFound),
        ("mina", NotFound),
        ("omar", NotFound),
        ("otto", NotFound),
    ],
)
def test_who_is_not_asked_signs_nothing(cast, in_review, who, refusal):
    player, guardian_id = getattr(cast, who), parent(cast).id

    with cast.within(player):
        with pytest.raises((NotAllowed, NotFound)) as refused:
            sign_iep(actor=player.actor, iep_id=in_review.id, meaning="agrees", hand=hand(player.actor))
        with pytest.raises((NotAllowed, NotFound)):
            approve_iep(actor=player.actor, iep_id=in_review.id, hand=hand(player.actor))
        with pytest.raises((NotAllowed, NotFound)):
            paper(cast, in_review, actor=player.actor, guardian_id=guardian_id)

    assert isinstance(refused.value, refusal)
    assert Signature.objects.count() == 0


def test_parent_signs_on_paper_with_where_it_is_and_who_wrote_it_down(cast, in_review):
    row = paper(cast, in_review, meaning="disagrees", comment="Too few minutes.")

    assert (row.method, row.meaning, row.paper_reference) == ("paper", "disagrees", "Cabinet 2, folder 14")
    assert (row.signer_name, row.role, row.recorded_by_name) == ("Mina Cast", "Mother", "Casey Cast")
    entry = AuditEntry.objects.get(verb="documents.signature.added")
    assert "Too few" not in str(entry.values) and "Cabinet" not in str(entry.values)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"paper_reference": "  "}, "paper_reference"),
        ({"signed_on": date(1980, 1, 1)}, "signed_on"),
        ({"signed_on": date(2100, 1, 1)}, "signed_on"),
        ({"meaning": "approves"}, "meaning"),
        ({"comment": "x" * 2001}, "comment"),
    ],
)
def test_paper_that_cannot_be_is_refused(cast, in_review, given, field):
    with pytest.raises(Invalid) as refused:
        paper(cast, in_review, **given)

    assert field in refused.value.fields


def test_guardian_of_somebody_else_signs_nothing(cast, in_review):
    other = Guardian.objects.create(
        organization=cast.district,
        student=cast.other_student,
        given_name="Other",
        family_name="Parent",
        relationship="mother",
        starts_on=date(2025, 1, 1),
    )

    with pytest.raises(Invalid):
        paper(cast, in_review, guardian_id=other.id)


def test_withdrawn_signature_stays_and_a_line_is_added(cast, in_review):
    first = paper(cast, in_review)

    back = withdraw_signature(actor=cast.casey.actor, signature_id=first.id, comment="Wrote to us.")

    assert (back.withdraws_id, back.meaning, Signature.objects.count()) == (first.id, "withdraws", 2)
    row = signing_panel(actor=cast.casey.actor, iep_id=in_review.id).signatures[0]
    assert (row.holds, row.withdrawn_comment) == (False, "Wrote to us.")
    with pytest.raises(Invalid):
        withdraw_signature(actor=cast.casey.actor, signature_id=first.id)


def test_only_ones_own_signature_is_taken_back_and_no_approval(cast, in_review):
    own = sign_iep(actor=cast.sam.actor, iep_id=in_review.id, meaning="agrees", hand=hand(cast.sam.actor))
    approve_iep(actor=cast.casey.actor, iep_id=in_review.id, hand=hand(cast.casey.actor))
    approval = Signature.objects.get(meaning="approves")

    with pytest.raises(NotAllowed):
        withdraw_signature(actor=cast.casey.actor, signature_id=own.id)
    with pytest.raises(ApprovalStands):
        withdraw_signature(actor=cast.casey.actor, signature_id=approval.id)
    with pytest.raises(NotAllowed):
        withdraw_signature(actor=cast.mina.actor, signature_id=own.id)
    with cast.within(cast.otto), pytest.raises(NotFound):
        withdraw_signature(actor=cast.otto.actor, signature_id=own.id)


def test_signature_under_an_earlier_text_no_longer_counts(cast, in_review):
    sign_iep(actor=cast.sam.actor, iep_id=in_review.id, meaning="agrees", hand=hand(cast.sam.actor))
    return_to_draft(actor=cast.casey.actor, iep_id=in_review.id)
    update_section(
        actor=cast.casey.actor, iep_id=in_review.id, section="levels", values={"impact": "New."}, today=TODAY
    )

    panel = signing_panel(actor=cast.casey.actor, iep_id=in_review.id)

    assert (panel.holding, len(panel.past)) == ((), 1)
    assert verified_iep(actor=cast.casey.actor, iep_id=in_review.id).holds


@pytest.mark.parametrize(
    "table", ["documents_signature", "documents_signedversion", "documents_generatedfile"]
)
def test_what_was_signed_is_never_changed_nor_deleted(cast, in_review, table):
    approve_iep(actor=cast.casey.actor, iep_id=in_review.id, hand=hand(cast.casey.actor))
    from django.db import connection

    for statement in (f"UPDATE {table} SET digest = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_hash_is_the_same_for_the_same_iep_whenever_it_is_computed(cast, in_review):
    first = content_of(actor=cast.casey.actor, iep=in_review)
    approve_iep(actor=cast.casey.actor, iep_id=in_review.id, hand=hand(cast.casey.actor))

    assert content_of(actor=cast.ada.actor, iep=Iep.objects.get(id=in_review.id)) == first


def changed(value):
    """The same content with another value somewhere, for each place."""
    if isinstance(value, dict):
        for name, item in value.items():
            for other in changed(item):
                yield {**value, name: other}
    elif isinstance(value, list):
        for place, item in enumerate(value):
            for other in changed(item):
                yield [*value[:place], other, *value[place + 1 :]]
    else:
        yield f"{value}x"


def test_hash_tells_any_change_of_any_value(cast, in_review):
    content = content_of(actor=cast.casey.actor, iep=in_review)
    digests = {digest_of(other) for other in changed(content)}

    assert digest_of(content) not in digests
    assert len(digests) > 80
    assert digest_of(copy.deepcopy(content)) == digest_of(dict(reversed(content.items())))
    for other in changed(content):
        assert list(differing(content, other))


def test_column_that_a_later_release_adds_does_not_break_what_was_signed(cast, in_review):
    content = content_of(actor=cast.casey.actor, iep=in_review)
    later = copy.deepcopy(content)
    later["goals"][0]["colour"] = "blue"
    later["columns"]["mood"] = "good"

    assert list(differing(content, later)) == []


TAMPERED = {
    "a goal": ("UPDATE ieps_goal SET target_value = 60", "goals.1.target_value"),
    "a service": ("UPDATE ieps_service SET minutes = 10", "services.1.minutes"),
    "an accommodation": ("UPDATE ieps_accommodation SET text = 'None'", "accommodations.1.text"),
    "a date": ("UPDATE ieps_iep SET expires_on = '2030-01-01'", "columns.expires_on"),
    "the placement": ("UPDATE ieps_iep SET placement = 'residential'", "columns.placement"),
    "a goal more": ("DELETE FROM ieps_goal", "goals"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_superuser_who_changes_an_approved_iep_is_found_out(cast, in_review, what):
    from django.db import connection

    approve_iep(actor=cast.casey.actor, iep_id=in_review.id, hand=hand(cast.casey.actor))
    statement, place = TAMPERED[what]
    assert verified_iep(actor=cast.casey.actor, iep_id=in_review.id).holds
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM progress_goalsummary")
        cursor.execute(statement)

    found = verified_iep(actor=cast.casey.actor, iep_id=in_review.id)

    assert [(finding.code, finding.place) for version in found.versions for finding in version.findings] == [
        ("iep_altered", place)
    ]
    page = cast.casey.client().get(cast.casey.url(f"/ieps/{in_review.id}/verify/")).content.decode()
    assert "Not as it was signed" in page


def test_command_says_each_signed_version_and_ends_with_an_error_when_one_differs(cast, in_review):
    approve_iep(actor=cast.casey.actor, iep_id=in_review.id, hand=hand(cast.casey.actor))
    out = io.StringIO()

    call_command("verify_signatures", stdout=out)
    Goal.objects.update(statement="Something easier.")
    with pytest.raises(CommandError):
        call_command("verify_signatures", stdout=out)

    text = out.getvalue()
    assert "1 signed versions checked, 0 not as they were signed." in text
    assert "NOT AS SIGNED" in text and "goals.1.statement" in text
    assert "Zo" not in text


def test_language_of_a_draft_is_set_and_of_nothing_else(cast, draft):
    assert set_language(actor=cast.casey.actor, iep_id=draft.id, language="es").language == "es"
    with pytest.raises(Invalid):
        set_language(actor=cast.casey.actor, iep_id=draft.id, language="xx")
    fill(cast.casey.actor, draft)
    approve(cast.casey.actor, draft)

    answer = cast.casey.client().post(cast.casey.url(f"/ieps/{draft.id}/language/"), {"language": "en"})

    assert answer.status_code == 409
    assert Iep.objects.get(id=draft.id).language == "es"


def test_pages_of_signing(cast, in_review):
    client, url = cast.casey.client(), cast.casey.url
    digest = signing_panel(actor=cast.casey.actor, iep_id=in_review.id).digest

    form = client.get(url(f"/ieps/{in_review.id}/approve/")).content.decode()
    wrong = client.post(url(f"/ieps/{in_review.id}/approve/"), {"method": "typed", "name": "X"})
    paper_form = client.post(
        url(f"/ieps/{in_review.id}/paper/"),
        {
            "guardian_id": parent(cast).id,
            "meaning": "agrees",
            "signed_on": str(cast.casey.actor.today),
            "paper_reference": "Cabinet 2",
            "digest": digest,
        },
    )
    row = Signature.objects.get()
    back = client.post(url(f"/ieps/signatures/{row.id}/take-back/"), {"comment": "By letter"})
    sam = cast.sam.client().post(
        cast.sam.url(f"/ieps/{in_review.id}/sign/"),
        {"meaning": "participated", "method": "typed", "name": "Sam Cast", "digest": digest},
    )
    done = client.post(
        url(f"/ieps/{in_review.id}/approve/"), {"method": "typed", "name": "Casey Cast", "digest": digest}
    )

    assert digest in form and "signature.js" in form
    assert (wrong.status_code, paper_form.status_code, back.status_code) == (422, 303, 303)
    assert (sam.status_code, done.status_code) == (303, 303)
    assert SignedVersion.objects.count() == 1
    assert "as it was signed" in client.get(url(f"/ieps/{in_review.id}/verify/")).content.decode().lower()
    assert cast.vic.client().get(cast.vic.url(f"/ieps/{in_review.id}/sign/")).status_code == 403
    assert cast.omar.client().get(cast.omar.url(f"/ieps/{in_review.id}/sign/")).status_code == 404


def test_day_of_a_paper_may_lie_before_today(cast, in_review):
    row = paper(cast, in_review, signed_on=cast.casey.actor.today - timedelta(days=3))

    assert row.signed_on < row.signed_at.date()
