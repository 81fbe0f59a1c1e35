"""The life of a student's IEPs as a machine of states: whatever happens, in any order, the law holds."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.errors import SpedError
from documents.models import Consent, Signature
from documents.mutations import record_consent, revoke_consent
from documents.signing import digest_of
from ieps.models import Iep
from ieps.mutations import (
    activate_iep,
    create_iep,
    discard_draft,
    plan_amendment,
    propose_amendment,
    record_approval,
    record_parent_signature,
    return_to_draft,
    send_to_review,
)
from ieps.queries import agreed_by_parent
from ieps.signed import content_of
from students.models import Guardian, Student
from tests.ieps.conftest import TODAY, fill, sign_and_approve

OPEN = {"draft", "in_review", "approved"}


def machine(cast):
    student_id = cast.student.id
    actor = cast.casey.actor
    guardian = Guardian.objects.filter(student_id=student_id).first()

    class Life(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            self.point = transaction.savepoint()
            self.today = TODAY
            self.was = {}
            self.consented = False

        def rows(self):
            return list(Iep.objects.filter(student_id=student_id).order_by("number"))

        def attempt(self, act, **given):
            try:
                return act(**given)
            except SpedError:
                return None

        def newest(self):
            rows = self.rows()
            return rows[-1] if rows else None

        @rule(copy=st.booleans(), waits=st.integers(0, 2), is_complete=st.booleans())
        def start(self, copy, waits, is_complete):
            had_open = any(row.status in OPEN for row in self.rows())
            was_served = any(row.status in {"active", "superseded"} for row in self.rows())
            iep = self.attempt(create_iep, actor=actor, student_id=student_id, today=self.today, copy=copy)
            assert (iep is None) == had_open
            if iep is None:
                return
            assert iep.kind == ("annual" if was_served else "initial")
            if is_complete:
                iep.goals.all().delete()
                iep.services.all().delete()
                first = self.today + timedelta(days=waits)
                fill(actor, iep, meeting_on=first, effective_on=first, expires_on=first + timedelta(days=3))

        @rule(act=st.sampled_from([send_to_review, return_to_draft, sign_and_approve, discard_draft]))
        def act(self, act):
            iep = self.newest()
            if iep:
                self.attempt(act, actor=actor, iep_id=iep.id)

        @rule(decision=st.sampled_from(["approved", "changes"]))
        def word(self, decision):
            iep = self.newest()
            if iep:
                self.attempt(
                    record_approval, actor=cast.sam.actor, iep_id=iep.id, decision=decision, comment="Look."
                )

        @rule()
        def activate(self):
            iep = self.newest()
            if iep is None:
                return
            before = {row.id: row.status for row in self.rows()}
            self.attempt(activate_iep, actor=actor, iep_id=iep.id, today=self.today)
            after = {row.id: row.status for row in self.rows()}
            began = [key for key in after if after[key] == "active" and before[key] != "active"]
            ended = [key for key in after if after[key] == "superseded" and before[key] != "superseded"]
            held = [key for key in before if before[key] == "active"]
            assert ended == (held if began else []), "superseded exactly when another becomes active"
            if began:
                new = Iep.objects.get(id=began[0])
                assert before[new.id] == "approved"
                assert new.effective_on <= self.today
                assert new.kind != "initial" or self.consented
                if new.kind == "amendment":
                    assert agreed_by_parent(actor=actor, iep=new) or new.amendment.met_on
                    assert new.amendment.base_id in held
                assert Student.objects.get(id=student_id).annual_review_on == new.next_review_on

        @rule(meaning=st.sampled_from(["agrees", "disagrees"]))
        def paper(self, meaning):
            iep = self.newest()
            if iep:
                given = self.attempt(
                    record_parent_signature,
                    actor=actor,
                    iep_id=iep.id,
                    guardian_id=guardian.id,
                    meaning=meaning,
                    signed_on=actor.today,
                    paper_reference="Cabinet 2",
                )
                assert given is None or iep.status in {"in_review", "approved", "active"}

        @rule(way=st.sampled_from(["agreement", "meeting"]), has_met=st.booleans())
        def amend(self, way, has_met):
            active = next((row for row in self.rows() if row.status == "active"), None)
            had_open = any(row.status in OPEN for row in self.rows())
            if active is None:
                return
            iep = self.attempt(
                propose_amendment,
                actor=actor,
                iep_id=active.id,
                reason="Look.",
                way=way,
                today=self.today,
            )
            assert (iep is None) == had_open
            if iep is not None:
                assert (iep.expires_on, iep.next_review_on) == (active.expires_on, active.next_review_on)
                if way == "meeting" and has_met:
                    today = actor.today
                    plan_amendment(
                        actor=actor, iep_id=iep.id, reason="Met.", way=way, met_on=today, today=today
                    )

        @rule()
        def sleep(self):
            self.today += timedelta(days=1)

        @rule()
        def consent(self):
            given = self.attempt(
                record_consent,
                actor=actor,
                student_id=student_id,
                kind="services",
                guardian_id=guardian.id,
                given_on=self.today,
                paper_reference="Cabinet 2",
                today=self.today,
            )
            self.consented = self.consented or given is not None

        @rule()
        def revoke(self):
            held = Consent.objects.filter(student_id=student_id, revoked_on=None).first()
            if held:
                revoke_consent(actor=actor, consent_id=held.id, revoked_on=self.today, today=self.today)
                self.consented = False

        @invariant()
        def law_holds(self):
            rows = self.rows()
            assert sum(row.status == "active" for row in rows) <= 1
            assert sum(row.status in OPEN for row in rows) <= 1
            assert len({row.number for row in rows}) == len(rows)
            for row in rows:
                before = self.was.get(row.id)
                assert before not in {"superseded", "discarded"} or row.status == before, "no way back"
                assert before != "active" or row.status in {"active", "superseded"}
                assert row.status not in {"approved", "active"} or row.effective_on is not None
                if row.status in {"approved", "active", "superseded"}:
                    digest = digest_of(content_of(actor=actor, iep=row))
                    signed = Signature.objects.filter(subject_id=row.id, meaning="approves").latest(
                        "signed_at"
                    )
                    assert signed.digest == digest, "what is approved is what was signed, and stays so"
            self.was = {row.id: row.status for row in rows}

        def teardown(self):
            if hasattr(self, "point"):
                transaction.savepoint_rollback(self.point)

    return Life


def test_life_of_ieps_keeps_the_law_in_any_order(cast):
    assert date(2025, 11, 19) == TODAY

    run_state_machine_as_test(
        machine(cast),
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("seen", ["initial", "annual"])
def test_machine_reaches_what_it_is_about(cast, seen):
    """A walk that the machine must be able to take, so that its silence means something."""
    from tests.ieps.conftest import approve, consent

    actor, today = cast.casey.actor, TODAY
    consent(cast.student)
    for kind in ("initial", "annual"):
        iep = create_iep(actor=actor, student_id=cast.student.id, today=today)
        fill(actor, iep)
        approve(actor, iep)
        assert activate_iep(actor=actor, iep_id=iep.id, today=today).status == "active"
        assert iep.kind == kind
        if kind == seen:
            break
