"""The pages as a browser meets them: addresses, searches, surroundings, input that makes no sense."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casefile.verbs import VERBS
from students.models import Student
from tests.conftest import ROOT
from tests.factories.students import StudentFactory, TeamMemberFactory

NONSENSE = (
    "?grade=99",
    "?school=nonsense",
    "?status=wonderful",
    "?due=-1",
    "?due=999999999999999999999",
    "?sort=secret&order=sideways",
    "?after=nonsense",
    "?after=00000000-0000-7000-8000-000000000000",
    "?before=00000000-0000-7000-8000-000000000000&after=nonsense",
    "?tag=" + "x" * 500,
    "?search=unknown",
    "?standing=anywhere",
    "?" + "&".join(f"a{number}=1" for number in range(500)),
)


@pytest.mark.parametrize("query", NONSENSE)
def test_a_list_leaves_out_what_it_does_not_understand(cast, text, query):
    assert "Zo Núñez-Abbott" in text(cast.casey, f"/caseload/{query}")


@pytest.mark.parametrize(
    "query",
    [
        "?after=-1",
        "?after=9" * 2,
        "?after=" + "9" * 40,
        "?before=x",
        "?kind=%F0%9F%A6%8A",
        "?kind=" + "k" * 400,
    ],
)
def test_a_timeline_leaves_out_what_it_does_not_understand(cast, iep, text, query):
    text(cast.casey, f"/students/{cast.student.id}/timeline/{query}")


def test_nobody_who_is_not_signed_in_gets_a_page(cast, client):
    for path in ("/", "/caseload/", f"/students/{cast.student.id}/"):
        response = client.get(f"/d/larkspur{path}")
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/?next=")


def test_a_search_stays_out_of_the_address(cast):
    client = cast.ada.client()

    answer = client.post("/d/larkspur/search/", {"q": "  nunez "})
    page = client.get(answer["Location"]).content.decode()

    assert answer.status_code == 303
    assert re.fullmatch(r"/d/larkspur/caseload/\?search=[\w-]{8}", answer["Location"])
    assert "Zo Núñez-Abbott" in page
    assert "Tariq" not in page
    assert 'value="nunez"' in page


def test_a_search_belongs_to_who_made_it(cast):
    answer = cast.ada.client().post("/d/larkspur/search/", {"q": "nunez"})

    page = cast.ada.client().get(answer["Location"]).content.decode()

    assert "Tariq Okafor" in page


def test_only_the_last_searches_are_kept(cast):
    client = cast.ada.client()
    for number in range(14):
        client.post("/d/larkspur/search/", {"q": f"word{number}"})

    assert list(client.session["searches"].values()) == [f"word{number}" for number in range(4, 14)]


@pytest.mark.parametrize("q", ["", "   ", "x" * 81])
def test_an_empty_search_shows_everybody(cast, q):
    answer = cast.ada.client().post("/d/larkspur/search/", {"q": q})

    assert (answer.status_code, answer["Location"]) == (303, "/d/larkspur/caseload/")


def test_a_name_is_never_markup(cast, text):
    Student.objects.filter(id=cast.student.id).update(
        preferred_name="<script>x</script>", family_name='"><img src=x>', changed_by_name="<b>"
    )

    for path in ("/", "/caseload/", f"/students/{cast.student.id}/"):
        page = text(cast.casey, path)
        assert "<script>x" not in page
        assert "<img" not in page
        assert "<b>," not in page


def test_a_list_keeps_its_words_when_it_is_ordered(cast, text):
    page = text(cast.ada, "/caseload/?grade=04&sort=due")

    assert "?grade=04&amp;sort=name" in page
    assert "?grade=04&amp;sort=due&amp;order=reverse" in page
    assert re.search(r'<option value="04" selected>', page)


def test_a_list_offers_no_filter_on_what_its_reader_never_sees(cast, text):
    assert 'name="eligibility"' in text(cast.casey, "/caseload/")
    for who in ("paula", "fin", "mina"):
        page = text(getattr(cast, who), "/caseload/")
        assert 'name="eligibility"' not in page
        assert 'name="due"' not in page
    assert 'value="archived"' in text(cast.ada, "/caseload/")
    assert 'value="archived"' not in text(cast.casey, "/caseload/")


def test_a_list_page_leads_to_its_neighbours_by_ids_alone(cast, text):
    for number in range(30):
        StudentFactory(organization=cast.district, school=cast.school, family_name=f"Family{number:02}")

    page = text(cast.ada, "/caseload/?sort=name")
    (following,) = re.findall(r'href="(/d/larkspur/caseload/\?[^"]*after=[^"]*)"', page)
    second = text(cast.ada, following.replace("&amp;", "&").removeprefix("/d/larkspur"))

    assert re.fullmatch(r"/d/larkspur/caseload/\?sort=name&amp;after=[0-9a-f-]{36}", following)
    assert "Family00" in page
    assert "Family00" not in second
    assert 'rel="prev"' in second


def test_surroundings_offer_only_open_doors(cast, text):
    admin, teacher, parent = text(cast.ada, "/"), text(cast.casey, "/"), text(cast.mina, "/")

    for door in ("/imports/", "/people/", "/outbox/"):
        assert f'href="/d/larkspur{door}"' in admin
        assert f'href="/d/larkspur{door}"' not in teacher
        assert f'href="/d/larkspur{door}"' not in parent
    assert 'href="/d/larkspur/ieps/"' in teacher
    assert 'href="/d/larkspur/ieps/"' not in parent


def test_staff_who_are_parents_change_hats(cast, text):
    assert 'href="/d/larkspur/family/"' in text(cast.pat, "/")
    assert 'href="/d/larkspur/"' in text(cast.pat, "/family/")
    assert 'href="/d/larkspur/family/"' not in text(cast.casey, "/")


def test_family_pages_lead_to_family_pages(cast, iep, text):
    page = text(cast.pat, f"/family/students/{cast.student.id}/")

    assert set(re.findall(r'href="(/d/larkspur/(?!family/)[^"]+)"', page)) <= {"/d/larkspur/"}


def test_a_person_of_two_districts_sees_both_and_never_mixes_them(cast):
    from accounts.rights import Role
    from tests.factories.accounts import MembershipFactory

    with cast.within(cast.otto):
        MembershipFactory(
            organization=cast.elsewhere, person=cast.ada.person, role=Role.ADMINISTRATOR, schools=[]
        )
    client = cast.ada.client()

    here = client.get("/d/larkspur/caseload/").content.decode()
    there = client.get("/d/dunmore/caseload/").content.decode()

    assert 'href="/d/dunmore/"' in here
    assert "Ximena Quillfeather" not in here
    assert "Ximena Quillfeather" in there
    assert "Tariq" not in there
    assert client.get(f"/d/dunmore/students/{cast.student.id}/").status_code == 404
    assert client.get(f"/d/dunmore/caseload/?after={cast.student.id}").status_code == 200


def test_a_caseload_page_takes_as_many_statements_for_one_row_as_for_twenty(cast, scores):
    client = cast.casey.client()

    def count():
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/d/larkspur/caseload/").status_code == 200
        return len(seen)

    count()
    one = count()
    for _ in range(20):
        student = StudentFactory(organization=cast.district, school=cast.school)
        TeamMemberFactory(student=student, person=cast.casey.person, part="special_education")

    assert count() == one


OF_RECORDS = ("students", "coediting", "ieps", "progress", "documents", "assessments", "audit", "records")


def test_every_act_on_a_student_has_words():
    verbs = set()
    for app in OF_RECORDS:
        for path in (ROOT / app).rglob("*.py"):
            verbs |= set(re.findall(rf'"({app}\.[a-z_]+\.[a-z_]+)"', path.read_text()))
    tasks_and_functions = {verb for verb in verbs if verb not in VERBS and not audited(verb)}

    assert {verb for verb in verbs - tasks_and_functions if verb not in VERBS} == set()


def audited(verb):
    """Whether a verb is written to the audit of a student."""
    for app in OF_RECORDS:
        for path in (ROOT / app).rglob("*.py"):
            text = path.read_text()
            if re.search(
                rf'audit\(\s*(?:actor|software),\s*"{re.escape(verb)}"|^[A-Z_]+ = "{re.escape(verb)}"$',
                text,
                re.M,
            ):
                return True
    return False
