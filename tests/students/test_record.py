"""The pages and forms of the whole record: they open, save, say what is wrong, and show only what is shared."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry
from students import mutations
from students.models import Address, CustomField, EmergencyContact, Guardian, Profile, Student
from students.standing import TIES

SECRET = "Hums before a seizure"


def path_of(player, name, *arguments, prefix=""):
    return player.url(prefix + reverse(f"students:{name}", urlconf="sped.urls_district", args=arguments))


def filled(cast):
    """A student with something on every page."""
    actor, student = cast.casey.actor, cast.student.id
    mutations.add_address(
        actor=actor, student_id=student, kind="home", street="14 Elder Way", city="Larkspur", region="CA"
    )
    mutations.add_emergency_contact(
        actor=actor, student_id=student, name="Bela Toth", relationship="Neighbor", phone="555 0101"
    )
    mutations.update_profile(
        actor=actor, student_id=student, changes={"what_helps": SECRET, "modes": ["sign"]}
    )
    mutations.add_earlier_school(
        actor=actor,
        student_id=student,
        school_name="Poplar Primary",
        starts_on=actor.today - timedelta(days=900),
        ends_on=actor.today - timedelta(days=500),
    )
    mutations.add_records_request(actor=actor, student_id=student, direction="to_us", party="Quince Unified")
    field = mutations.add_custom_field(actor=cast.ada.actor, name="Bus number", kind="text", viewers="record")
    mutations.set_custom_values(actor=actor, student_id=student, values={str(field.id): "Bus 47"})
    return field


WORDS = {
    "details": "100200",
    "contacts": "Bela Toth",
    "about": SECRET,
    "schools": "Poplar Primary",
    "fields": "Bus 47",
}
SEES = {
    "casey": {"details", "contacts", "about", "schools", "fields"},
    "sam": {"details", "contacts", "about", "schools", "fields"},
    "ada": {"details", "contacts", "about", "schools", "fields"},
    "cory": {"details", "contacts", "about", "schools", "fields"},
    "vic": {"details", "about", "schools", "fields"},
    "gina": {"about"},
    "paula": {"about"},
    "mina": {"about", "schools"},
    "fin": set(),
    "omar": set(),
    "otto": set(),
}


@pytest.mark.parametrize("name", SEES)
def test_record_shows_each_reader_what_the_table_of_rights_says(cast, name):
    """R11, R16: the words of every page, asked by everybody."""
    filled(cast)
    player = getattr(cast, name)
    client = player.client()

    shown = set()
    for part, word in WORDS.items():
        response = client.get(path_of(player, part, cast.student.id))
        assert response.status_code in {200, 404}
        if word in response.content.decode():
            shown.add(part)

    assert shown == SEES[name]


@pytest.mark.parametrize("part", WORDS)
def test_page_of_the_record_asks_the_same_number_of_statements_for_one_row_and_for_many(cast, part):
    """R64."""
    field = filled(cast)
    client, url = cast.casey.client(), path_of(cast.casey, part, cast.student.id)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        assert client.get(url).status_code == 200
    for number in range(6):
        filled_again(cast, number)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200

    assert field.name == "Bus number"
    assert len(many) == len(few)


def filled_again(cast, number):
    actor, student = cast.casey.actor, cast.student.id
    mutations.add_address(
        actor=actor, student_id=student, kind="mailing", street=f"{number} Elm", city="Larkspur"
    )
    mutations.add_emergency_contact(
        actor=actor, student_id=student, name=f"Caller {number}", relationship="Aunt", phone="555 0102"
    )
    mutations.add_guardian(
        actor=actor, student_id=student, given_name="Io", family_name=f"N{number}", relationship="other"
    )
    mutations.add_records_request(
        actor=actor, student_id=student, direction="by_us", party=f"District {number}"
    )
    mutations.add_earlier_school(
        actor=actor,
        student_id=student,
        school_name=f"School {number}",
        starts_on=actor.today - timedelta(days=2000),
        ends_on=actor.today - timedelta(days=1900 - number),
    )
    field = mutations.add_custom_field(actor=cast.ada.actor, name=f"Field {number}", kind="number")
    mutations.set_custom_values(actor=actor, student_id=student, values={str(field.id): number + 1})


FORMS = ["edit-languages", "edit-about", "edit-photo", "edit-contact", "add-address", "add-emergency"]
FORMS += ["transfer", "exit", "return", "add-earlier", "add-request"]


@pytest.mark.parametrize("name", FORMS)
def test_form_opens_for_the_case_manager_and_is_refused_to_who_may_only_look(cast, name):
    opened = cast.casey.client().get(path_of(cast.casey, name, cast.student.id))
    refused = cast.vic.client().get(path_of(cast.vic, name, cast.student.id))
    hidden = cast.omar.client().get(path_of(cast.omar, name, cast.student.id))

    assert (opened.status_code, refused.status_code, hidden.status_code) == (200, 403, 404)
    assert "no-store" in opened["Cache-Control"]


@pytest.mark.parametrize(
    "name", [name for name in FORMS if name not in {"edit-languages", "edit-about", "edit-contact"}]
)
def test_empty_form_says_what_is_missing(cast, name):
    response = cast.casey.client().post(path_of(cast.casey, name, cast.student.id), {"unknown": "x"})

    assert response.status_code == 422
    assert "error-summary" in response.content.decode() or "errors" in response.content.decode()


def test_about_me_is_written_and_its_words_stay_out_of_the_audit(cast):
    url = path_of(cast.casey, "edit-about", cast.student.id)
    response = cast.casey.client().post(
        url, {"modes": ["device", "speech"], "what_helps": SECRET, "version": cast.student.version}
    )

    assert response.status_code == 303
    profile = Profile.objects.get(student=cast.student)
    assert (profile.modes, profile.what_helps) == (["speech", "device"], SECRET)
    entry = AuditEntry.objects.get(verb="students.profile.changed")
    assert entry.values == {"fields": ["modes", "what_helps"]}
    assert SECRET not in str(list(AuditEntry.objects.values_list("values", flat=True)))


def test_about_me_that_two_people_write_is_not_overwritten(cast):
    url = path_of(cast.casey, "edit-about", cast.student.id)
    version = cast.student.version
    mutations.update_profile(
        actor=cast.ada.actor, student_id=cast.student.id, changes={"interests": "Trains"}
    )

    response = cast.casey.client().post(url, {"interests": "Buses", "version": version})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Trains" in page and "Buses" in page
    assert Profile.objects.get(student=cast.student).interests == "Trains"


def test_guardian_is_kept_with_telephones_rights_and_way_of_contact(cast):
    guardian = Guardian.objects.get(student=cast.student, person=cast.mina.person)
    given = {
        "given_name": "Mina",
        "family_name": "Cast",
        "relationship": "mother",
        "email": guardian.email,
        "phone": "555 0110",
        "phone_kind": "work",
        "phone_2": "555 0111",
        "phone_2_kind": "home",
        "preferred_contact": "text",
        "lives_with": "on",
        "has_educational_rights": "on",
        "rights_from": "2024-01-05",
        "rights_document": "Order of January 2024, tab 4",
    }
    response = cast.casey.client().post(path_of(cast.casey, "guardian", cast.student.id, guardian.id), given)

    guardian.refresh_from_db()
    assert response.status_code == 303
    assert [phone["number"] for phone in guardian.telephones] == ["555 0110", "555 0111"]
    assert guardian.other_phones == [{"kind": "home", "number": "555 0111"}]
    assert guardian.lives_with and guardian.preferred_contact == "text" and guardian.person_id


def test_emergency_contacts_are_called_in_order(cast):
    actor, student = cast.casey.actor, cast.student.id
    first, second = (
        mutations.add_emergency_contact(
            actor=actor, student_id=student, name=name, relationship="Aunt", phone="555 0101"
        )
        for name in ("Ana", "Bo")
    )
    client = cast.casey.client()
    client.post(path_of(cast.casey, "call-earlier", student, second.id))

    assert list(EmergencyContact.objects.order_by("position").values_list("name", flat=True)) == ["Bo", "Ana"]
    client.post(path_of(cast.casey, "remove-emergency", student, first.id))
    assert EmergencyContact.objects.get().name == "Bo"


def test_emergency_contact_without_a_telephone_is_refused(cast):
    response = cast.casey.client().post(
        path_of(cast.casey, "add-emergency", cast.student.id),
        {"name": "Ana", "relationship": "Aunt", "phone": " "},
    )

    assert response.status_code == 422
    assert "Ana" in response.content.decode()
    assert not EmergencyContact.objects.exists()


def test_address_that_ends_before_it_begins_is_refused_and_kept_as_typed(cast):
    given = {"kind": "home", "street": "14 Elder Way", "city": "Larkspur"}
    url = path_of(cast.casey, "add-address", cast.student.id)
    response = cast.casey.client().post(url, {**given, "starts_on": "2025-05-01", "ends_on": "2025-04-01"})

    assert response.status_code == 422
    assert "14 Elder Way" in response.content.decode()
    assert cast.casey.client().post(url, {**given, "starts_on": "2025-05-01"}).status_code == 303
    assert Address.objects.get().lines == ["14 Elder Way", "Larkspur"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"english_learner": "current", "english_learner_until": "2025-01-01"}, "english_learner_until"),
        ({"english_learner": "current", "english_learner_since": "2999-01-01"}, "english_learner_since"),
    ],
)
def test_dates_of_an_english_learner_that_contradict_are_refused(cast, changes, field):
    url = path_of(cast.casey, "edit-languages", cast.student.id)
    response = cast.casey.client().post(url, {**changes, "version": cast.student.version})

    assert response.status_code == 422
    assert f"id_{field}" in response.content.decode()
    assert Student.objects.get(id=cast.student.id).english_learner == ""


def test_languages_are_saved(cast):
    given = {"home_language": "Spanish", "preferred_language": "English", "english_learner": "former"}
    given |= {"english_learner_since": "2021-09-01", "english_learner_until": "2024-06-01"}
    url = path_of(cast.casey, "edit-languages", cast.student.id)

    assert cast.casey.client().post(url, given).status_code == 303
    student = Student.objects.get(id=cast.student.id)
    assert (student.home_language, student.english_learner) == ("Spanish", "former")


def test_page_of_definitions_is_for_who_keeps_fields(cast):
    url = path_of(cast.ada, "custom-fields")

    assert cast.ada.client().get(url).status_code == 200
    assert cast.casey.client().get(url).status_code == 403
    assert not CustomField.objects.exists()


@pytest.mark.parametrize("end", ["ended", "rights over", "no rights"])
def test_parent_sees_nothing_from_the_moment_the_rights_end(cast, end):
    """R10: the next call finds nothing, whichever way the rights ended, and the live socket rests on other ground."""
    guardian = Guardian.objects.get(student=cast.student, person=cast.mina.person)
    client = cast.mina.client()
    paths = [path_of(cast.mina, "about", cast.student.id), cast.mina.url(f"/students/{cast.student.id}/")]
    assert [client.get(path).status_code for path in paths] == [200, 200]
    before = ties_of(cast, cast.mina)

    keep = {"actor": cast.casey.actor, "student_id": cast.student.id, "guardian_id": guardian.id}
    if end == "ended":
        mutations.end_guardian(**keep)
    elif end == "rights over":
        mutations.update_guardian(**keep, changes={"rights_until": cast.casey.actor.today})
    else:
        mutations.update_guardian(**keep, changes={"has_educational_rights": False})

    assert [client.get(path).status_code for path in paths] == [404, 404]
    assert ties_of(cast, cast.mina) != before


def ties_of(cast, player):
    """On what somebody's open sockets rest; another line, and they are looked at again within seconds."""
    with connection.cursor() as cursor:
        cursor.execute(TIES, {"people": [player.person.id]})
        return cursor.fetchall()
