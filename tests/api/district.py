"""A district in which every operation of the API has something to do, and the document that says which there are."""

import copy
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.test import Client
from django.utils.timezone import now
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from PIL import Image

from accounts.actors import new_token, token_digest
from accounts.models import Membership, Person
from accounts.rights import Role
from casefile.mutations import delete_data_group, delete_view
from ieps.models import Iep, RemovedPart
from ieps.mutations import add_comment, approve_iep, discard_draft, propose_amendment, send_to_review
from integrations.models import RosterImport
from progress.models import GoalNote
from progress.mutations import send_report
from sped.openapi import filled
from students.models import Move
from students.mutations import (
    Many,
    add_custom_field,
    add_emergency_contact,
    add_health_entry,
    exit_student,
    tag_students,
)
from tests.factories.accounts import ApiTokenFactory, InvitationFactory, MembershipFactory, PersonFactory
from tests.ieps.conftest import fill, hand
from tests.integrations.rosters import small_1_1, zipped
from tests.routes import furnish, ids_of

BY_ADMINISTRATOR = {
    "Organizations and schools",
    "People and roles",
    "Tokens and sessions",
    "Records of access and audit",
    "Imports",
    "Messages",
    "Lists and fields",
    "Retention",
}
BY = {
    "get_messages": "casey",
    "post_messages_read": "casey",
    "post_students_archive": "ada",
    "post_students_restore": "ada",
    **{
        f"{method}_{name}": "casey"
        for name in (
            "saved_views",
            "saved_views_one",
            "saved_views_restore",
            "saved_views_default",
            "saved_views_none_default",
            "students_pin",
        )
        for method in ("get", "post", "patch", "delete")
    },
    "post_ieps_words": "sam",
    "put_prompt_levels": "ada",
    "get_decision_rule": "ada",
    "patch_decision_rule": "ada",
    "get_progress_points_second_observation": "sam",
    "post_progress_points_second_observation": "sam",
    "get_exports_one": "casey",
    "get_students_exports": "casey",
    "post_students_exports": "casey",
}


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    method: str
    path: str
    said: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.said["operationId"])

    @property
    def noun(self) -> str:
        return str(self.said["tags"][0])

    @property
    def code(self) -> str:
        return next(code for code in self.said["responses"] if code.startswith("2"))

    @property
    def is_form(self) -> bool:
        return "multipart/form-data" in self.said.get("requestBody", {}).get("content", {})

    @property
    def body(self) -> dict[str, Any] | None:
        """What the body must be, or None."""
        content = self.said.get("requestBody", {}).get("content", {})
        return next((found["schema"] for found in content.values()), None)

    @property
    def answer(self) -> dict[str, Any] | None:
        """What the answer must be, or None."""
        content = self.said["responses"][self.code].get("content", {})
        return next((found["schema"] for found in content.values()), None)

    def headers(self) -> set[str]:
        """The headers that a request may carry."""
        return {item["name"] for item in self.said["parameters"] if item["in"] == "header"}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document as it is served."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))


def operations() -> list[Operation]:
    """Every operation of the document."""
    return [
        Operation(method.upper(), path, said)
        for path, methods in document()["paths"].items()
        for method, said in methods.items()
    ]


def view_of(operation: Operation) -> Any:
    """The view that answers it."""
    from django.urls import resolve

    path = operation.path.replace("{version}", "1")
    path = re.sub(r"\{\w+\}", "019a0000-0000-7000-8000-000000000000", path)
    return resolve(path).func.cls  # type: ignore[attr-defined]  # a view of the REST framework


@cache
def _closed() -> dict[str, Any]:
    """The components, each without room for a field that it does not name."""
    found = copy.deepcopy(document()["components"])
    for schema in found["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return dict(found)


def faults(value: Any, schema: dict[str, Any]) -> Iterator[str]:
    """Where a value is not as the document says."""
    checker = Draft202012Validator({**schema, "components": _closed()})
    for error in checker.iter_errors(value):
        yield f"{'.'.join(str(part) for part in error.absolute_path)}: {error.message[:160]}"


def shape(value: Any) -> Any:
    """The names and kinds of a value; of a list, those of its first."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    return type(value).__name__


class District:
    """The cast's district, furnished; `ready(operation)` makes what it needs."""

    def __init__(self, cast: Any) -> None:
        self.cast = cast
        self.today: date = cast.casey.actor.today
        furnish(cast.student, cast.casey, "Juniper")
        self.newcomer: Person = PersonFactory(
            given_name="Robin", family_name="Vale", email="robin@example.org"
        )
        held: Membership = MembershipFactory(
            organization=cast.district, person=self.newcomer, role=Role.TEACHER, schools=[cast.school]
        )
        self.ids = ids_of(cast.district.id) | {
            "newcomer_id": self.newcomer.id,
            "teammate_id": cast.sam.person.id,
            "person_id": self.newcomer.id,
            "membership_id": held.id,
            "other_school_id": cast.other_school.id,
            "school_id": cast.school.id,
        }
        self.draft: Iep = Iep.objects.get(student=cast.student, status=Iep.Status.DRAFT)

    def ready(self, operation: Operation) -> dict[str, Any]:
        """Make what an operation needs, and say the ids to ask it with."""
        prepare = PREPARED.get(operation.name)
        return self.ids | (prepare(self) if prepare else {})

    def who(self, operation: Operation) -> str:
        """Who of the cast asks."""
        return BY.get(operation.name, "ada" if operation.noun in BY_ADMINISTRATOR else "casey")

    def token(self, name: str) -> str:
        """A token of somebody of the cast."""
        text = new_token()
        ApiTokenFactory(
            organization=self.cast.district, person=getattr(self.cast, name).person, digest=token_digest(text)
        )
        return text

    def ask(self, operation: Operation, ids: dict[str, Any], token: str, **more: Any) -> Any:
        """The answer to an operation's example."""
        example = more.pop("example", view_of(operation).example)
        path = operation.path.format(**ids)
        client = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)
        ask = getattr(client, operation.method.lower())
        if operation.method == "GET":
            return ask(path, **more)
        if operation.method == "DELETE":
            return ask(path, content_type="application/json", **more)
        body = filled(dict(example), ids, self.today)
        if operation.is_form:
            return ask(
                path, {**body, **{name: _file(body[name]) for name in body if body[name][:1] == "@"}}, **more
            )
        return ask(path, body, content_type="application/json", **more)

    # --- What operations need

    def of_draft(self) -> dict[str, Any]:
        """A draft with a goal, a service and an accommodation."""
        fill(self.cast.casey.actor, self.draft)
        self.draft.refresh_from_db()
        return {
            "iep_id": self.draft.id,
            "goal_id": self.draft.goals.get().id,
            "service_id": self.draft.services.get().id,
            "accommodation_id": self.draft.accommodations.get().id,
        }

    def commented(self) -> dict[str, Any]:
        """A comment of casey's beside the draft."""
        casey = self.cast.casey.actor
        comment = add_comment(actor=casey, iep_id=self.draft.id, field="strengths", body="Since when?")
        return {"iep_id": self.draft.id, "comment_id": comment.id}

    def in_review(self) -> dict[str, Any]:
        """A draft that went to review."""
        found = self.of_draft()
        send_to_review(actor=self.cast.casey.actor, iep_id=self.draft.id)
        return found

    def approved(self) -> dict[str, Any]:
        """An approved IEP; the consent that it asks for is there."""
        found = self.in_review()
        actor = self.cast.casey.actor
        approve_iep(actor=actor, iep_id=self.draft.id, hand=hand(actor))
        return found

    def without_draft(self) -> dict[str, Any]:
        """No draft that stands in the way of another."""
        discard_draft(actor=self.cast.casey.actor, iep_id=self.draft.id)
        return {}

    def without_plans(self) -> dict[str, Any]:
        """Nothing planned that stands in the way."""
        Move.objects.all().delete()
        return {}

    def left(self) -> dict[str, Any]:
        """A student who left."""
        self.without_plans()
        exit_student(actor=self.cast.casey.actor, student_id=self.cast.student.id, reason="moved")
        return {}

    def tagged(self) -> dict[str, Any]:
        """An act of casey's that can be taken back."""
        many = Many(ids=[self.cast.student.id], is_whole=False)
        return {"undo_id": tag_students(actor=self.cast.casey.actor, many=many, label="Reading lab").id}

    def invited(self) -> dict[str, Any]:
        """An invitation that waits."""
        return {"invitation_id": InvitationFactory(organization=self.cast.district).id}

    def ill(self) -> dict[str, Any]:
        """A condition."""
        return {"health_id": self._health("condition", name="Epilepsy")}

    def medicated(self) -> dict[str, Any]:
        """A medicine."""
        return {"health_id": self._health("medication", name="Levetiracetam")}

    def _health(self, noun: str, **values: Any) -> Any:
        casey, student = self.cast.casey.actor, self.cast.student
        return add_health_entry(actor=casey, student_id=student.id, noun=noun, **values).id

    def written(self) -> dict[str, Any]:
        """A report whose notes are whole."""
        GoalNote.objects.all().update(statement="some", narrative="She reads further.", reason="Absent.")
        return {}

    def sent(self) -> dict[str, Any]:
        """A report that was sent."""
        found = self.written()
        send_report(actor=self.cast.casey.actor, report_id=self.ids["report_id"], today=self.today, now=now())
        return found

    def of_removed(self) -> dict[str, Any]:
        """The draft out of which something was taken."""
        return {"iep_id": RemovedPart.objects.get(id=self.ids["removed_id"]).iep_id}

    def deleted_view(self) -> dict[str, Any]:
        """A view of casey's that was put away."""
        delete_view(actor=self.cast.casey.actor, view_id=self.ids["view_id"])
        return {}

    def deleted_group(self) -> dict[str, Any]:
        """A group of casey's that was put away."""
        delete_data_group(actor=self.cast.casey.actor, group_id=self.ids["group_id"])
        return {}

    def called_second(self) -> dict[str, Any]:
        """Somebody who is called in an emergency after another."""
        casey, student = self.cast.casey.actor, self.cast.student
        found = add_emergency_contact(
            actor=casey, student_id=student.id, name="Teo Marsh", relationship="Uncle", phone="555 0163"
        )
        return {"contact_id": found.id}

    def unused_field(self) -> dict[str, Any]:
        """A field that nobody has used."""
        return {"field_id": add_custom_field(actor=self.cast.ada.actor, name="Locker", kind="text").id}

    def amending(self) -> dict[str, Any]:
        """An amendment that is being written."""
        self.without_draft()
        made = propose_amendment(
            actor=self.cast.casey.actor, iep_id=self.ids["iep_id"], today=self.today, reason="A new target."
        )
        return {"iep_id": made.id}

    def amended(self) -> dict[str, Any]:
        """An amendment that is in effect."""
        found = self.amending()
        Iep.objects.filter(id=self.ids["iep_id"]).update(status=Iep.Status.SUPERSEDED)
        Iep.objects.filter(id=found["iep_id"]).update(status=Iep.Status.ACTIVE)
        return found

    def importing(self) -> dict[str, Any]:
        """An import that has not ended."""
        RosterImport.objects.all().update(state=RosterImport.State.WAITING, finished_at=None)
        return {}


OF_DRAFT = ("ieps_one", "ieps_goals", "goals_one", "ieps_services", "services_one", "ieps_accommodations",
            "accommodations_one")  # fmt: skip
PREPARED = {
    **{f"{method}_{name}": District.of_draft for name in OF_DRAFT for method in ("post", "patch", "delete")},
    "post_goals_move": District.of_draft,
    "post_ieps_services_dates": District.of_draft,
    "post_ieps_language": District.of_draft,
    **{f"{method}_ieps_amendment": District.amending for method in ("get", "put")},
    "post_ieps_revised_copy": District.amended,
    "post_saved_views_restore": District.deleted_view,
    "post_data_groups_restore": District.deleted_group,
    "post_students_emergency_contacts_call_earlier": District.called_second,
    "delete_custom_fields_one": District.unused_field,
    "get_ieps_removed_parts": District.of_removed,
    "post_ieps_comments": District.of_draft,
    "get_comments_one": District.commented,
    "patch_comments_one": District.commented,
    **{f"post_comments_{act}": District.commented for act in ("answers", "resolve", "reopen", "strike")},
    "post_ieps_submit": District.of_draft,
    "post_ieps_discard": District.of_draft,
    "post_ieps_return": District.in_review,
    "post_ieps_approve": District.in_review,
    "post_ieps_words": District.in_review,
    "post_ieps_signatures": District.in_review,
    "post_ieps_paper_signatures": District.in_review,
    "get_ieps_differences": District.of_draft,
    "post_ieps_amendments": District.without_draft,
    "post_ieps_activate": District.approved,
    "post_students_ieps": District.without_draft,
    "post_students_transfer": District.without_plans,
    "post_students_exit": District.without_plans,
    "post_students_return": District.left,
    **{f"{method}_students_health_conditions_one": District.ill for method in ("patch", "delete")},
    **{f"{method}_students_health_medications_one": District.medicated for method in ("patch", "delete")},
    "post_undo_one": District.tagged,
    "post_invitations_resend": District.invited,
    "post_invitations_revoke": District.invited,
    "post_imports_cancel": District.importing,
    "post_progress_reports_send": District.written,
    "post_progress_reports_corrections": District.sent,
}


def _file(said: str) -> io.BytesIO:
    file = io.BytesIO(zipped(small_1_1()) if said == "@roster.zip" else _picture())
    file.name = said.removeprefix("@")
    return file


def _picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (300, 300), "teal").save(target, "PNG")
    return target.getvalue()
