"""Each check of a right refuses by itself, also where no page leads past another one (R11).

The table of addresses proves what pages and endpoints ask. Here queries and mutations are asked directly, by somebody
who sees the record, as far as there is one, and may not do this. `make mutants` takes every check away in turn.
"""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils.timezone import now

from accounts import mutations as people
from accounts import queries as of_people
from accounts.models import ApiToken, Invitation, SchoolYear
from accounts.queries.invitations import invitation_row
from accounts.queries.tokens import token_row
from audit import mutations as audits
from audit.queries import checks as chain_checks
from audit.queries import entries as audit_entries
from casefile import mutations as lists
from casefile.rules import may_record_anything
from core.actor import system_actor
from core.errors import NotAllowed, NotFound
from core.ids import uuid7
from ieps import mutations as ieps
from ieps import queries as of_ieps
from ieps.models import Comment
from integrations import mutations as imports
from integrations.tasks import receive
from progress import mutations as progress
from progress.models import ProgressPoint
from progress.queries.page import goals_progress
from records import mutations as records
from records.queries import gathering, retention
from students import mutations as students
from students.models import Student, Undo
from students.queries import Archived
from students.queries.health import health_of
from tests.routes import furnish, ids_of

CALLS = {
    "copy a school year into another's school": (
        "cory",
        lambda cast, ids, actor: people.copy_school_year(
            actor=actor, school_year_id=ids["school_year_id"], school_ids=[cast.other_school.id]
        ),
    ),
    "end a single right": (
        "casey",
        lambda cast, ids, actor: people.end_grant(actor=actor, grant_id=added_right(cast)),
    ),
    "make a token for a program": (
        "casey",
        lambda cast, ids, actor: people.issue_program_token(actor=actor, name="x", role="viewer", days=1),
    ),
    "read single rights": (
        "casey",
        lambda cast, ids, actor: of_people.grants_of(actor=actor, person_id=cast.sam.person.id),
    ),
    "read invitations": ("casey", lambda cast, ids, actor: of_people.invitation_rows(actor=actor)),
    "read an invitation": (
        "casey",
        lambda cast, ids, actor: invitation_row(
            actor=actor, found=Invitation.objects.get(id=ids["invitation_id"])
        ),
    ),
    "read everybody's tokens": (
        "casey",
        lambda cast, ids, actor: of_people.token_rows(actor=actor, is_everybodys=True),
    ),
    "read somebody's token": (
        "sam",
        lambda cast, ids, actor: token_row(
            actor=actor, found=ApiToken.objects.select_related("person").get(id=ids["token_id"])
        ),
    ),
    "take the audit away": (
        "casey",
        lambda cast, ids, actor: audits.log_list_export(actor=actor, filters={}, rows=0),
    ),
    "read a check of the chain": (
        "casey",
        lambda cast, ids, actor: chain_checks.check(actor=actor, check_id=uuid7()),
    ),
    "read the newest check of the chain": (
        "casey",
        lambda cast, ids, actor: chain_checks.newest_check(actor=actor),
    ),
    "find somebody in the audit": (
        "casey",
        lambda cast, ids, actor: audit_entries.found(actor=actor, words="ada"),
    ),
    "rename a view of the district": (
        "casey",
        lambda cast, ids, actor: lists.rename_view(actor=actor, view_id=shared_view(cast), name="Mine"),
    ),
    "write down a revised copy": (
        "sam",
        lambda cast, ids, actor: ieps.record_revised_copy(
            actor=actor, iep_id=ids["iep_id"], asked_on=actor.today, given_on=None, today=actor.today
        ),
    ),
    "return an IEP to draft": (
        "sam",
        lambda cast, ids, actor: ieps.return_to_draft(actor=actor, iep_id=ids["iep_id"]),
    ),
    "take a parent's signature back": (
        "sam",
        lambda cast, ids, actor: ieps.withdraw_signature(
            actor=actor, signature_id=signed_by_parent(cast, ids)
        ),
    ),
    "read a signature under an IEP": (
        "mina",
        lambda cast, ids, actor: of_ieps.visible_signature(actor=actor, signature_id=ids["signature_id"]),
    ),
    "check a goal that is typed": (
        "cory",
        lambda cast, ids, actor: of_ieps.goal_check(actor=actor, iep_id=ids["iep_id"], typed={}),
    ),
    "have a file looked at": (
        "casey",
        lambda cast, ids, actor: receive(BytesIO(b"no zip"), actor=actor, name="x.zip"),
    ),
    "read the progress of goals": (
        "gina",
        lambda cast, ids, actor: goals_progress(
            actor=actor, student=cast.student, goal_ids=[ids["goal_id"]], today=actor.today
        ),
    ),
    "destroy a record once more": (
        "casey",
        lambda cast, ids, actor: records.destroy_again(actor=actor, student_id=ids["student_id"], now=now()),
    ),
    "remove what is kept no longer": (
        "casey",
        lambda cast, ids, actor: records.prune(actor=actor, now=now()),
    ),
    "set for how long is kept": (
        "casey",
        lambda cast, ids, actor: records.set_policy(
            actor=actor, years={}, waiting_days=30, keeps_minimum=True, now=now()
        ),
    ),
    "hold a record": (
        "casey",
        lambda cast, ids, actor: records.place_hold(
            actor=actor, student_id=ids["student_id"], reason="A suit", until=None, today=actor.today
        ),
    ),
    "gather a whole record": (
        "vic",
        lambda cast, ids, actor: gathering.whole_record(actor=actor, student_id=ids["student_id"]),
    ),
    "read what is left of a record": (
        "casey",
        lambda cast, ids, actor: retention.permanent_record(actor=actor, student_id=ids["student_id"]),
    ),
    "open a case file for a program": (
        "casey",
        lambda cast, ids, actor: students.open_for_program(
            actor=actor, entry_id=ids["entry_id"], row=None, school_id=cast.school.id, today=actor.today
        ),
    ),
}


@pytest.fixture
def ids(cast):
    """Which rows there are: one of every kind."""
    furnish(cast.student, cast.casey, "Hereabouts")
    return ids_of(cast.district.id)


def added_right(cast):
    """A single right that an administrator added to somebody."""
    right = people.add_grant(
        actor=cast.ada.actor,
        person_id=cast.sam.person.id,
        right="read_audit",
        effect="add",
        reason="A review",
    )
    return right.id


def shared_view(cast):
    """A view of the list that an administrator made for everybody."""
    view = lists.save_view(actor=cast.ada.actor, name="Everybody's", words={"grade": "03"}, is_shared=True)
    return view.id


def signed_by_parent(cast, ids):
    """A signature of a guardian, which whoever approves IEPs writes down."""
    return ieps.record_parent_signature(
        actor=cast.casey.actor,
        iep_id=ids["iep_id"],
        guardian_id=ids["guardian_id"],
        meaning="participated",
        signed_on=cast.casey.actor.today,
        paper_reference="Drawer 3",
    ).id


@pytest.mark.parametrize("what", CALLS)
def test_check_refuses_by_itself(cast, ids, what):
    who, call = CALLS[what]

    with pytest.raises(NotAllowed):
        call(cast, ids, getattr(cast, who).acting())


@pytest.mark.parametrize("act", Undo.Act.values)
def test_nobody_takes_back_what_they_may_do_no_more(cast, act):
    step = {"student": str(cast.student.id), "outcome": "done"}
    undo = Undo.objects.create(
        organization_id=cast.district.id,
        person=cast.vic.person,
        act=act,
        steps=[step],
        until=now() + timedelta(hours=1),
    )

    with pytest.raises(NotAllowed):
        students.take_back(actor=cast.vic.acting(), undo_id=undo.id)


def test_what_the_whole_team_reads_does_not_exist_for_others(cast, ids):
    remark = Comment.objects.create(
        organization_id=cast.district.id,
        student=cast.student,
        iep_id=ids["iep_id"],
        person=cast.casey.person,
        field="strengths",
        body="Among colleagues",
    )
    with pytest.raises(NotFound):
        of_ieps.visible_comment(actor=cast.mina.acting(), comment_id=remark.id)
    with pytest.raises(NotFound):
        health_of(actor=cast.gina.acting(), student=cast.student)
    answer = cast.cory.client().post(cast.cory.url(f"/ieps/comments/{remark.id}/"), {})
    assert answer.status_code == 403


def test_import_does_not_exist_for_who_may_not_import(cast, ids):
    run_id, actor = ids["run_id"], cast.casey.acting()

    for act in (
        lambda: imports.repeat_import(actor=actor, run_id=run_id, now=now()),
        lambda: imports.claim_import(actor=actor, run_id=run_id, worker=uuid7()),
        lambda: imports.cancel_import(actor=actor, run_id=run_id, now=now()),
    ):
        with pytest.raises(NotFound):
            act()


def test_scores_are_seen_by_whom_the_table_lets(cast, ids):
    def seen(player):
        return ProgressPoint.objects.visible_to(player.acting()).filter(id=ids["point_id"]).exists()

    assert [who for who in ("casey", "sam", "ada", "vic", "mina") if not seen(getattr(cast, who))] == []
    assert [who for who in ("gina", "fin", "omar") if seen(getattr(cast, who))] == []
    assert not may_record_anything(cast.vic.actor)
    assert may_record_anything(cast.paula.actor)


def test_nothing_is_recorded_in_an_archived_case_file_by_the_software_either(cast, ids):
    today = cast.casey.actor.today
    Student.objects.filter(id=cast.student.id).update(archived_at=now(), archived_reason="moved")
    actor = system_actor(organization_id=cast.district.id, name="test")

    for act in (
        lambda: progress.record_progress_point(
            actor=actor,
            goal_id=ids["goal_id"],
            measured_on=today,
            value=Decimal(1),
            client_id=uuid7(),
            today=today,
        ),
        lambda: progress.record_second_observation(actor=actor, point_id=ids["point_id"], value=Decimal(1)),
        lambda: progress.take_back_decision(actor=actor, decision_id=ids["decision_id"], today=today),
        lambda: lists.save_data_sheet(actor=actor, goal_id=ids["goal_id"]),
    ):
        with pytest.raises(Archived):
            act()


def test_what_is_asked_for_is_there(ids):
    """Were it not, it would be refused for that."""
    assert Invitation.objects.filter(id=ids["invitation_id"]).exists()
    assert SchoolYear.objects.filter(id=ids["school_year_id"]).exists()
