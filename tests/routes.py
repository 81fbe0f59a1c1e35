"""Every address of the application with ids put into it: for tests that ask all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.timezone import now

from accounts.models import ApiToken, Grant, Invitation, Membership, School, SchoolYear
from casefile.models import DataGroup, DataGroupGoal, SavedView
from coediting.models import Text
from core.tenant import organization
from documents.models import GeneratedFile, Signature
from documents.signing import Hand
from ieps.models import Comment, Goal, Iep, RemovedPart, Service
from ieps.mutations import remove_accommodation, sign_iep
from ieps.texts import ensure_texts
from integrations.models import RosterImport
from notifications.models import Message
from progress.models import (
    AttainmentRating,
    AttainmentScale,
    DataTask,
    Decision,
    GoalNote,
    GoalState,
    Phase,
    ProgressPoint,
    ProgressReport,
    SecondObservation,
)
from progress.mutations import record_progress_point
from records.models import Destruction, LegalHold, RecordExport
from students.models import Guardian, RosterEntry, Student, TeamMember, Undo
from tests.factories.accounts import ApiTokenFactory, GrantFactory, InvitationFactory
from tests.factories.ieps import (
    NARRATIVES,
    AccommodationFactory,
    AmendmentFactory,
    ConsentFactory,
    GoalFactory,
    IepFactory,
    ServiceFactory,
)
from tests.factories.record import ids_of_record, keep_everything
from tests.factories.students import ExternalIdFactory, GuardianFactory, RosterEntryFactory, TagFactory

LIBRARIES = ("allauth", "django.conf.urls.i18n", "django.views.i18n")


@dataclass(frozen=True)
class Route:
    """One address as its URL table writes it, and how it is asked."""

    pattern: str
    is_api: bool
    view: Any

    @property
    def names(self) -> list[str]:
        """The names of what must be put in."""
        return [part.split(">")[0].split(":")[-1] for part in self.pattern.split("<")[1:]]

    def path(self, ids: dict[str, Any]) -> str:
        """The address with ids put in."""
        text = self.pattern
        for part in self.pattern.split("<")[1:]:
            inside = part.split(">")[0]
            text = text.replace(f"<{inside}>", str(ids[inside.split(":")[-1]]))
        return text


@cache
def routes() -> tuple[Route, ...]:
    """Every address of ours, in districts and under /api/v1/."""
    district = [
        Route(f"/{pattern}", False, view) for pattern, view in _walk(get_resolver("sped.urls_district"), "")
    ]
    root = _walk(get_resolver("sped.urls"), "")
    api = [Route(f"/{pattern}", True, view) for pattern, view in root if pattern.startswith("api/v1/")]
    ours = [route for route in api if "schema" not in route.pattern and "docs" not in route.pattern]
    return (*district, *ours)


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            if not entry.callback.__module__.startswith(LIBRARIES):
                yield pattern, entry.callback
        else:
            yield from _walk(entry, pattern)


def ids_of(organization_id: UUID) -> dict[str, Any]:
    """What stands for each name in an address, of one district. There must be a row of each kind."""
    with organization(organization_id):
        member = TeamMember.objects.filter(ends_on=None).order_by("id").first()
        iep = Iep.objects.order_by("id").first()
        goal = Goal.objects.order_by("id").first()
        service = Service.objects.order_by("id").first()
        text = Text.objects.filter(field="present_levels").order_by("id").first()
        return {
            "student_id": iep.student_id,
            "member_id": member.id,
            "undo_id": Undo.objects.order_by("id").first().id,
            "group_id": DataGroup.objects.order_by("id").first().id,
            "task_id": DataTask.objects.order_by("id").first().id,
            "view_id": SavedView.objects.order_by("id").first().id,
            "act": "add_tag",
            "person_id": member.person_id,
            "guardian_id": Guardian.objects.order_by("id").first().id,
            "entry_id": RosterEntry.objects.order_by("id").first().id,
            "membership_id": Membership.objects.order_by("id").first().id,
            "school_id": iep.student.school_id,
            "school_year_id": SchoolYear.objects.order_by("id").first().id,
            "grant_id": Grant.objects.order_by("id").first().id,
            "invitation_id": Invitation.objects.order_by("id").first().id,
            "token_id": ApiToken.objects.filter(organization_id=organization_id).order_by("id").first().id,
            "slug": "larkspur",
            "secret": "not-a-secret",
            "message_id": Message.objects.order_by("id").first().id,
            "iep_id": iep.id,
            "goal_id": goal.id,
            "part_id": goal.id,
            "service_id": service.id,
            "accommodation_id": iep.accommodations.order_by("id").first().id,
            "removed_id": RemovedPart.objects.order_by("id").first().id,
            "decision_id": Decision.objects.order_by("id").first().id,
            "report_id": ProgressReport.objects.order_by("id").first().id,
            "comment_id": Comment.objects.order_by("id").first().id,
            "phase_id": Phase.objects.order_by("id").first().id,
            "point_id": ProgressPoint.objects.order_by("id").first().id,
            "text_id": text.id,
            "version": text.version,
            "run_id": RosterImport.objects.order_by("id").first().id,
            "consent_id": iep.student.consents.order_by("id").first().id,
            "signature_id": Signature.objects.order_by("id").first().id,
            "language": "en",
            "section": "plaafp",
            "export_id": RecordExport.objects.order_by("id").first().id,
            "hold_id": LegalHold.objects.order_by("id").first().id,
            "destruction_id": Destruction.objects.order_by("id").first().id,
            **ids_of_record(),
        }


def furnish(student: Student, player: Any, word: str) -> None:
    """Give a student's district a row of every kind, each text of it beginning with `word`."""
    today = player.actor.today
    with organization(student.organization_id):
        School.objects.filter(id=student.school_id).update(name=f"{word} School")
        owned = {"organization_id": student.organization_id, "person_id": player.person.id}
        SavedView.objects.create(**owned, name=f"{word} view")
        Undo.objects.create(**owned, act=Undo.Act.ADD_TAG, label=f"{word} tag", until=now())
        Student.objects.filter(id=student.id).update(preferred_name=word, family_name=f"{word}son")
        iep = IepFactory(
            student=student,
            active=True,
            effective_on=today - timedelta(days=60),
            expires_on=today + timedelta(days=300),
            **{name: f"{word} {name}" for name in NARRATIVES},
        )
        goal = GoalFactory(
            iep=iep,
            title=f"{word} title",
            statement=f"{word} statement",
            baseline_on=today - timedelta(days=60),
            target_on=today + timedelta(days=200),
        )
        ServiceFactory(iep=iep, location=f"{word} room")
        AccommodationFactory(iep=iep, text=f"{word} text")
        sign_iep(
            actor=player.actor,
            iep_id=iep.id,
            meaning="participated",
            hand=Hand(method="typed", name=player.actor.name),
            comment=f"{word} comment",
        )
        draft = IepFactory(student=student, complete=True, present_levels=f"{word} draft")
        Comment.objects.create(
            organization_id=student.organization_id,
            student=student,
            iep=draft,
            person=player.person,
            field="strengths",
            body=f"{word} comment",
        )
        GeneratedFile.objects.create(
            organization_id=student.organization_id,
            student=student,
            subject_kind="iep",
            subject_id=iep.id,
            kind="pdf",
            language="en",
            shows="0" * 64,
            digest="0" * 64,
            size=4,
            content=b"%PDF",
            notes={"unprintable": [f"{word}"]},
        )
        past = IepFactory(student=student, complete=True, status="superseded", kind="amendment")
        AmendmentFactory(iep=past, base=iep, reason=f"{word} reason")
        gone = AccommodationFactory(iep=draft, text=f"{word} removed")
        remove_accommodation(actor=player.actor, accommodation_id=gone.id)
        ensure_texts(iep=draft)
        guardian = GuardianFactory(
            student=student, given_name=word, family_name=f"{word}er", email=f"{word}@example.org"
        )
        keep_everything(student, today, word)
        ConsentFactory(student=student, guardian=guardian, paper_reference=f"{word} drawer")
        ExternalIdFactory(student=student, kind="other", value=f"{word}-1")
        TagFactory(student=student, label=f"{word} tag")
        RosterEntryFactory(
            organization_id=student.organization_id, school_id=student.school_id, family_name=f"{word}roster"
        )
        Message.objects.create(
            organization_id=student.organization_id,
            kind="other",
            key=f"{word}",
            person_id=player.person.id,
            to_email=f"{word}@example.org",
            subject=f"{word} subject",
            body=f"{word} body",
        )
        RecordExport.objects.create(
            organization_id=student.organization_id,
            student=student,
            person=player.person,
            asked_by_name=f"{word} asker",
            reason=f"{word} reason",
        )
        LegalHold.objects.create(
            organization_id=student.organization_id,
            student=student,
            reason=f"{word} hold",
            placed_by_name=f"{word} holder",
        )
        Destruction.objects.create(
            organization_id=student.organization_id,
            student_id=student.id,
            basis="rule",
            state="canceled",
            asked_by_name=f"{word} asker",
            noticed_on=today,
            due_on=today + timedelta(days=30),
        )
        about = {"organization_id": student.organization_id, "person": player.person}
        group = DataGroup.objects.create(**about, name=f"{word} group")
        measured = Goal.objects.filter(iep=iep).order_by("id").first()
        of_goal = {"student": student, "lineage_id": measured.lineage_id}
        Phase.objects.create(
            organization_id=student.organization_id,
            **of_goal,
            goal=measured,
            label=f"{word} phase",
            starts_on=measured.baseline_on + timedelta(days=1),
            started_by_name="Casey",
        )
        DataGroupGoal.objects.create(
            organization_id=student.organization_id, group=group, position=0, **of_goal
        )
        DataTask.objects.create(
            **about,
            **of_goal,
            goal=measured,
            instructions=f"{word} instructions",
            starts_on=today,
            assigned_by_name=f"{word} asker",
        )
        for aide in TeamMember.objects.filter(student=student, part=TeamMember.Part.PARAPROFESSIONAL):
            DataTask.objects.create(
                organization_id=student.organization_id,
                **of_goal,
                goal=measured,
                person=aide.person,
                starts_on=today,
                assigned_by_name=f"{word} asker",
            )
        SchoolYear.objects.create(
            organization_id=student.organization_id,
            name=f"{word} year"[:20],
            first_on=date(2026, 8, 20),
            last_on=date(2027, 6, 4),
        )
        GrantFactory(**about, reason=f"{word} reason")
        ApiTokenFactory(**about, digest=f"{word}-digest", name=f"{word} token")
        InvitationFactory(organization_id=student.organization_id, email=f"{word}.asked@example.org")
        RosterImport.objects.create(
            organization_id=student.organization_id,
            file_name=f"{word}.zip",
            file_key="",
            file_hash="0" * 64,
            started_by_name=f"{word} importer",
            state=RosterImport.State.DONE,
            finished_at="2026-01-01T00:00Z",
        )
        report = ProgressReport.objects.create(
            organization_id=student.organization_id,
            student=student,
            iep=iep,
            period_name=f"{word} quarter",
            first_on=today - timedelta(days=60),
            last_on=today + timedelta(days=1),
            due_on=today + timedelta(days=10),
        )
        Decision.objects.create(
            organization_id=student.organization_id,
            student=student,
            goal=goal,
            lineage_id=goal.lineage_id,
            choice="continue",
            reason=f"{word} decided",
            decided_on=today,
            decided_by=player.person,
            decided_by_name=f"{word} decider",
        )
        GoalNote.objects.create(
            organization_id=student.organization_id,
            report=report,
            student=student,
            goal=goal,
            number=1,
            narrative=f"{word} narrative",
        )
        point = record_progress_point(
            actor=player.actor,
            goal_id=goal.id,
            measured_on=today,
            value=Decimal(50),
            today=today,
            note=f"{word} note",
            context=f"{word} context",
        )
        SecondObservation.objects.create(
            organization_id=student.organization_id,
            student=student,
            point=point,
            lineage_id=goal.lineage_id,
            value=Decimal(48),
            method="total",
            agreement=Decimal(96),
            observer_name=f"{word} observer",
        )
        GoalState.objects.create(
            organization_id=student.organization_id, goal=goal, reason=f"{word} reason", **of_goal
        )
        AttainmentScale.objects.create(
            organization_id=student.organization_id,
            goal=goal,
            changed_by_name=f"{word} scaler",
            **dict.fromkeys(("much_less", "less", "expected", "more", "much_more"), f"{word} level"),
            **of_goal,
        )
        AttainmentRating.objects.create(
            organization_id=student.organization_id,
            goal=goal,
            level=1,
            rated_on=today,
            note=f"{word} note",
            rated_by_name=f"{word} rater",
            **of_goal,
        )
