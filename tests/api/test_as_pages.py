"""What pages do, a program does alike: the same records, the same rights, the same refusals."""

import io
import json

import pytest
from PIL import Image

from casefile.models import SavedView
from core.models import AuditEntry
from documents.models import Consent
from ieps.mutations import remove_goal
from notifications.models import Message
from students.models import CustomField, Guardian
from tests.api.district import District
from tests.factories.students import GuardianFactory, RosterEntryFactory

SENT = {"content_type": "application/json"}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Photographs are kept where nobody else looks."""
    settings.STORAGE_URL = (tmp_path / "files").as_uri()


@pytest.fixture
def ask(cast):
    """Ask an address as somebody of the cast. Returns the answer."""
    clients = {}

    def send(who, method, path, body=None, **headers):
        client = clients.setdefault(who, getattr(cast, who).client())
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        more = {} if body is None else {"data": body}
        return getattr(client, method)(f"/api/v1/{path}", headers=told, **more, **SENT)

    return send


def verbs():
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def test_consent_is_recorded_and_revoked_on_the_version_that_was_read(cast, ask):
    guardian = GuardianFactory(student=cast.student, has_educational_rights=True)
    today = cast.casey.actor.today.isoformat()
    given = {
        "kind": "services",
        "guardian_id": str(guardian.id),
        "given_on": today,
        "paper_reference": "Drawer",
    }
    path = f"students/{cast.student.id}/consents/"

    made = ask("casey", "post", path, given, Idempotency_Key="consent-1")
    again = ask("casey", "post", path, given, Idempotency_Key="consent-1")
    twice = ask("casey", "post", path, given)
    one = ask("casey", "get", made["Location"].removeprefix("/api/v1/"))
    revoke = f"consents/{made.json()['id']}/revoke/"
    stale = ask("casey", "post", revoke, {"revoked_on": today}, If_Match='"old"')
    done = ask("casey", "post", revoke, {"revoked_on": today}, If_Match=one["ETag"])

    assert (made.status_code, again.json(), twice.json()["code"]) == (201, made.json(), "consent_in_force")
    assert (stale.status_code, done.status_code) == (412, 200)
    assert Consent.objects.get().revoked_on.isoformat() == today == done.json()["revoked_on"]
    assert [verb for verb in verbs() if verb.startswith("documents.")] == [
        "documents.consent.recorded",
        "documents.consent.revoked",
    ]
    assert ask("paula", "get", path).status_code == 403
    assert ask("omar", "get", path).status_code == 404
    assert ask("omar", "post", revoke, {"revoked_on": today}).status_code == 404


def test_tags_and_ids_are_set_one_by_one_on_the_students_version(cast, ask):
    path = f"students/{cast.student.id}/"
    first = ask("casey", "get", f"{path}tags/")

    added = ask("casey", "post", f"{path}tags/", {"label": "Reading  lab"}, If_Match=first["ETag"])
    stale = ask("casey", "post", f"{path}tags/", {"label": "Choir"}, If_Match=first["ETag"])
    removed = ask("casey", "post", f"{path}tags/remove/", {"label": "Reading lab"})
    known = ask("casey", "post", f"{path}external-ids/", {"kind": "sis", "value": "S-77"})
    wrong = ask("casey", "post", f"{path}external-ids/", {"kind": "shoe", "value": "42"})
    gone = ask("casey", "post", f"{path}external-ids/", {"kind": "sis", "value": ""})

    assert (added.json(), stale.status_code, removed.json()) == ({"tags": ["Reading lab"]}, 412, {"tags": []})
    assert added["ETag"] != first["ETag"]
    assert known.json()["external_ids"]["sis"] == "S-77"
    assert (wrong.status_code, "sis" in gone.json()["external_ids"]) == (422, False)
    assert ask("paula", "post", f"{path}tags/", {"label": "x"}).status_code == 403


def test_archive_is_an_administrators_and_refuses_changes_until_restored(cast, ask):
    path = f"students/{cast.student.id}/"

    refused = ask("casey", "post", f"{path}archive/", {"reason": "Moved"})
    done = ask("ada", "post", f"{path}archive/", {"reason": "Moved"})
    hidden = ask("casey", "get", path)
    closed = ask("ada", "post", f"{path}tags/", {"label": "x"})
    back = ask("ada", "post", f"{path}restore/")

    assert (refused.status_code, done.json()["is_archived"], hidden.status_code) == (403, True, 404)
    assert (closed.status_code, back.json()["is_archived"]) == (409, False)
    assert ask("casey", "get", path).status_code == 200


def test_guardians_rights_end_and_come_back_by_the_undo_that_is_named(cast, ask):
    guardian = Guardian.objects.get(student=cast.student, person=cast.mina.person)
    path = f"students/{cast.student.id}/guardians/{guardian.id}/"
    today = cast.casey.actor.today

    ended = ask("casey", "post", f"{path}end/")
    seen = ask("mina", "get", f"students/{cast.student.id}/")
    undone = ask("casey", "post", f"undo/{ended.json()['undo_id']}/")

    assert (ended.json()["ends_on"], seen.status_code) == (today.isoformat(), 404)
    assert undone.status_code == 200 and Guardian.objects.get(id=guardian.id).ends_on is None
    assert ask("paula", "post", f"{path}end/").status_code == 403
    assert ask("omar", "post", f"{path}end/").status_code == 404


def test_invitation_needs_an_address_and_is_written_down(cast, ask):
    silent = GuardianFactory(student=cast.student, email="")
    reached = GuardianFactory(student=cast.student, email="rosa@example.org")
    path = f"students/{cast.student.id}/guardians/"

    without = ask("casey", "post", f"{path}{silent.id}/invite/")
    done = ask("casey", "post", f"{path}{reached.id}/invite/")

    assert (without.status_code, list(without.json()["details"]["fields"])) == (422, ["email"])
    assert (done.status_code, done.json()["is_shared"]) == (200, False)
    assert "students.guardian.invited" in verbs()


def test_goal_moves_and_what_was_taken_out_comes_back(cast, ask):
    district = District(cast)
    found = district.of_draft()
    iep = ask("casey", "get", f"ieps/{found['iep_id']}/")

    moved = ask("casey", "post", f"goals/{found['goal_id']}/move/", {"direction": "up"}, If_Match=iep["ETag"])
    nowhere = ask("casey", "post", f"goals/{found['goal_id']}/move/", {"direction": "left"})
    remove_goal(actor=cast.casey.actor, goal_id=found["goal_id"])
    removed = ask("casey", "get", f"ieps/{found['iep_id']}/removed-parts/").json()["results"]
    part = next(row for row in removed if row["part_id"] == str(found["goal_id"]))
    back = ask("casey", "post", f"removed-parts/{part['id']}/restore/")

    assert (moved.status_code, nowhere.status_code, back.status_code) == (200, 422, 200)
    assert ask("casey", "get", f"goals/{found['goal_id']}/").status_code == 200
    assert ask("omar", "post", f"removed-parts/{part['id']}/restore/").status_code == 404


def test_pupil_of_the_roster_is_referred_once(cast, ask):
    entry = RosterEntryFactory(
        organization_id=cast.district.id, school_id=cast.school.id, family_name="Quillfeather"
    )

    found = ask("casey", "get", "roster/?q=quillf").json()["results"]
    made = ask("casey", "post", f"roster/{entry.id}/refer/")
    again = ask("casey", "post", f"roster/{entry.id}/refer/")

    assert [row["id"] for row in found] == [str(entry.id)]
    assert (made.status_code, again.status_code, again.json()["code"]) == (201, 409, "has_case_file")
    assert ask("casey", "get", made["Location"].removeprefix("/api/v1/")).status_code == 200
    assert ask("paula", "get", "roster/").status_code == 403


def test_view_keeps_only_words_that_the_list_understands(cast, ask):
    wrong = ask("casey", "post", "saved-views/", {"name": "All", "words": {"due": "30", "q": "Juno"}})
    shared = ask("casey", "post", "saved-views/", {"name": "All", "words": {}, "is_shared": True})
    made = ask("casey", "post", "saved-views/", {"name": "Due", "words": {"due": "30"}, "is_default": True})
    path = f"saved-views/{made.json()['id']}/"
    stale = ask("casey", "patch", path, {"name": "Soon"}, If_Match='"old"')
    named = ask("casey", "patch", path, {"name": "Soon"}, If_Match=made["ETag"])
    others = ask("paula", "patch", path, {"name": "Mine"})
    gone = ask("casey", "delete", path)
    back = ask("casey", "post", f"{path}restore/")
    none = ask("casey", "post", "saved-views/none/default/")

    assert (wrong.status_code, shared.status_code, made.status_code) == (422, 403, 201)
    assert (stale.status_code, named.json()["name"], others.status_code) == (412, "Soon", 404)
    assert (gone.status_code, back.status_code, none.json()) == (204, 200, {"default_id": None})
    assert SavedView.objects.get().words == {"due": "30"}


def test_field_of_the_district_changes_on_the_version_that_was_read(cast, ask):
    made = ask("ada", "post", "custom-fields/", {"name": "Bus stop", "kind": "text"})
    path = f"custom-fields/{made.json()['id']}/"
    stale = ask("ada", "patch", path, {"hint": "Where"}, If_Match='"old"')
    changed = ask("ada", "patch", path, {"hint": "Where"}, If_Match=made["ETag"])
    put_away = ask("ada", "post", f"{path}archive/", If_Match=changed["ETag"])

    assert (made.status_code, stale.status_code, changed.json()["hint"]) == (201, 412, "Where")
    assert put_away.json()["is_archived"] and CustomField.objects.get().archived_at
    assert [row["name"] for row in ask("ada", "get", "custom-fields/").json()["results"]] == ["Bus stop"]
    assert ask("casey", "get", path).status_code == 403
    assert ask("ada", "delete", path).status_code == 204


def test_disclosure_stands_in_the_record_of_access(cast, ask):
    today = cast.ada.actor.today.isoformat()
    said = {"party": "Clinic", "asked_on": today, "purpose": "Hearing", "interest": "Treats the student"}
    path = f"students/{cast.student.id}/disclosures/"

    made = ask("ada", "post", path, said)
    without = ask("ada", "post", path, {**said, "disclosed_on": today})

    assert (made.status_code, without.status_code) == (201, 422)
    assert set(without.json()["details"]["fields"]) == {"what", "basis"}
    record = ask("ada", "get", f"students/{cast.student.id}/access-record/").json()
    assert [row["party"] for row in record["disclosures"]] == ["Clinic"]
    assert ask("omar", "post", path, said).status_code == 404


def test_photo_is_checked_as_on_the_page_and_drawn_anew(cast):
    client = cast.casey.client()
    path = f"/api/v1/students/{cast.student.id}/photo/"
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(picture, "JPEG")

    lie = client.post(path, {"photo": io.BytesIO(b"<svg onload='x'/>")})
    done = client.post(path, {"photo": io.BytesIO(picture.getvalue())})
    seen = client.get(path)
    removed = client.delete(path)

    assert (lie.status_code, lie.json()["code"], done.json()) == (422, "photo_refused", {"has_photo": True})
    with Image.open(io.BytesIO(seen.content)) as drawn:
        assert (seen["Content-Type"], seen["Cache-Control"], drawn.size) == (
            "image/jpeg",
            "private, no-store",
            (256, 256),
        )
    assert (removed.status_code, client.get(path).status_code) == (204, 404)
    assert cast.omar.client().get(path).status_code == 404


def test_messages_are_ones_own_and_the_outbox_an_administrators(cast, ask):
    for name in ("casey", "paula"):
        Message.objects.create(
            organization_id=cast.district.id,
            kind="other",
            key=name,
            person_id=getattr(cast, name).person.id,
            to_email=f"{name}@example.org",
            subject=f"To {name}",
            body="Hello",
        )

    mine = ask("casey", "get", "messages/").json()["results"]
    others = Message.objects.get(key="paula").id
    read = ask("casey", "post", "messages/read/").json()

    assert ([row["subject"] for row in mine], read) == (["To casey"], {"count": 1})
    assert ask("casey", "get", f"messages/{others}/").status_code == 404
    assert ask("casey", "get", "outbox/").status_code == 403
    assert len(ask("ada", "get", "outbox/?limit=1").json()["results"]) == 1
    assert ask("ada", "get", "outbox/?kind=nonsense").status_code == 422


def test_retention_holds_back_and_a_destruction_is_announced_on_pages_only(cast, ask):
    policy = ask("ada", "get", "retention/")
    kept = {name: policy.json()[name] for name in ("years", "waiting_days", "keeps_minimum")}
    short = ask("ada", "put", "retention/", {**kept, "years": {**kept["years"], "record": 1}})
    changed = ask("ada", "put", "retention/", {**kept, "waiting_days": 60}, If_Match=policy["ETag"])
    stale = ask("ada", "put", "retention/", kept, If_Match=policy["ETag"])
    held = ask("ada", "post", f"students/{cast.student.id}/holds/", {"reason": "A complaint is open"})
    lifted = ask("ada", "post", f"holds/{held.json()['id']}/lift/")

    assert (short.status_code, changed.json()["waiting_days"], stale.status_code) == (422, 60, 412)
    assert (held.json()["is_in_force"], lifted.json()["is_in_force"]) == (True, False)
    assert ask("casey", "get", "retention/").status_code == 403
    assert ask("casey", "post", f"students/{cast.student.id}/holds/", {"reason": "x"}).status_code == 403
    for path in (f"students/{cast.student.id}/destructions/", "destructions/"):
        assert ask("ada", "post", path, {"basis": "rule", "reason": "x"}).status_code == 404


def test_every_act_refuses_what_is_no_json_object(cast, ask):
    """Never a defect, whatever is sent to what is new here."""
    student, any_id = f"students/{cast.student.id}/", str(cast.student.id)
    paths = (
        *(f"{student}{part}/" for part in ("consents", "tags", "tags/remove", "external-ids", "archive",
                                           "restore", "disclosures", "holds", "pin")),
        *(f"consents/{any_id}/revoke/ custom-fields/ saved-views/ messages/read/ saved-views/none/default/ "
          f"roster/{any_id}/refer/ goals/{any_id}/move/ ieps/{any_id}/language/ holds/{any_id}/lift/ "
          f"signatures/{any_id}/take-back/ destructions/{any_id}/cancel/").split(),
    )  # fmt: skip
    for path in paths:
        for body in ("[]", "null", '"x"', "{", '{"a": 1, "a": 2}', json.dumps({"no such field": "\x00"})):
            assert 400 <= ask("ada", "post", path, body).status_code < 500, (path, body)
