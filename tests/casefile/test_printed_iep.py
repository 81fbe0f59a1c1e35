"""The printed IEP: PDF/UA-1, both languages, the scripts of the world, HTML and JSON."""

import hashlib
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from casefile.mutations import take_iep_pdf
from casefile.printed_iep.charts import chart_of
from casefile.printed_iep.document import document_of
from casefile.printed_iep.languages import language_of
from casefile.printed_iep.rich import paragraphs
from casefile.queries import iep_file, iep_papers
from coediting.mutations import change_text
from coediting.queries import texts_of
from core.errors import NotFound
from core.models import AuditEntry
from documents.models import GeneratedFile
from documents.signing import digest_of
from ieps.models import Iep
from ieps.mutations import add_goal, create_iep, record_parent_signature, sign_iep, update_section
from progress.models import ProgressPoint
from students.models import Guardian
from tests.ieps.conftest import GOAL, TODAY, approve, fill, hand

SCRIPTS = {
    "ru": "Читает вслух каждый день",
    "el": "Διαβάζει κάθε μέρα",
    "ar": "يقرأ كل يوم",
    "he": "קורא כל יום",
    "hi": "हर दिन पढ़ता है",
    "zh": "每天朗读十分钟",
    "ja": "まいにち よみます",
    "ko": "매일 소리 내어 읽어요",
}


def words_of(data):
    """The words of a PDF, whatever the lines they stand on."""
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages)


def pdf(player, iep, language="en"):
    return take_iep_pdf(actor=player.actor, iep_id=iep.id, language=language)


def score(goal, week, value):
    """A score of a goal, so many weeks after its baseline."""
    ProgressPoint.objects.create(
        organization_id=goal.organization_id,
        student=goal.student,
        goal=goal,
        lineage_id=goal.lineage_id,
        measured_on=goal.baseline_on + timedelta(weeks=week),
        value=Decimal(value),
    )


@pytest.fixture
def program(cast):
    """A complete draft."""
    iep = create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY)
    fill(cast.casey.actor, iep)
    return Iep.objects.get(id=iep.id)


def test_draft_says_on_every_page_that_it_is_one_and_is_not_kept(cast, program):
    found = pdf(cast.casey, program)

    reader = PdfReader(io.BytesIO(found.data))
    assert all("Draft, not approved" in page.extract_text() for page in reader.pages)
    assert "DRAFT, NOT APPROVED" in words_of(found.data)
    assert found.digest == "" and GeneratedFile.objects.count() == 0


def test_document_is_tagged_titled_and_in_its_language(cast, program):
    for language in ("en", "es"):
        reader = PdfReader(io.BytesIO(pdf(cast.casey, program, language).data))
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
        assert str(root["/Lang"]).startswith(language)
        assert reader.metadata.title and root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert b"pdfuaid" in reader.xmp_metadata.stream.get_data()


def test_labels_are_in_the_language_asked_for_and_words_in_their_own(cast, program):
    english, spanish = (words_of(pdf(cast.casey, program, language).data) for language in ("en", "es"))

    assert "Individualized Education Program" in english
    assert "Individualized Education Program" not in spanish
    for words in (english, spanish):
        assert "Tells long stories" in words and "92 words" in words and "Larkspur" in words


@pytest.mark.parametrize(("language", "words"), SCRIPTS.items())
def test_every_script_is_printed_in_its_own_language(cast, program, language, words):
    update_section(
        actor=cast.casey.actor, iep_id=program.id, section="family", values={"strengths": words}, today=TODAY
    )

    found = pdf(cast.casey, program)

    assert found.unprintable == ()
    assert f"/Lang ({language}" in found.data.decode("latin-1") or language_of(words, "en") == language
    seen = "".join(words_of(found.data).split())
    assert all(sign in seen for sign in words if sign.isalpha() and language not in {"ar", "hi"})


def test_character_without_a_font_is_a_box_and_is_named(cast, program):
    update_section(
        actor=cast.casey.actor,
        iep_id=program.id,
        section="family",
        values={"strengths": "Writes \U0001e900 well"},
        today=TODAY,
    )

    found = pdf(cast.casey, program)
    answer = cast.casey.client().get(cast.casey.url(f"/ieps/{program.id}/iep-en.pdf"))

    assert found.unprintable == ("\U0001e900",)
    assert "Writes \u25a1 well" in words_of(found.data) and "U+1E900" in words_of(found.data)
    assert (answer.status_code, answer["X-Unprintable"]) == (200, "U+1E900")


def test_formats_of_a_text_are_kept(cast, program):
    ops = [
        {"insert": "Reads "},
        {"insert": "well", "attributes": {"bold": True}},
        {"insert": "\nfirst"},
        {"insert": "\n", "attributes": {"list": "bullet"}},
        {"insert": "second"},
        {"insert": "\n", "attributes": {"list": "bullet"}},
    ]

    blocks = paragraphs(ops, "en")

    assert [block["kind"] for block in blocks] == ["p", "bullet"]
    assert blocks[0]["runs"] == [{"t": "Reads "}, {"t": "well", "b": True}]
    assert [line[0]["t"] for line in blocks[1]["lines"]] == ["first", "second"]
    text = texts_of(actor=cast.casey.actor, subject_id=program.id)["impact"]
    change_text(actor=cast.casey.actor, text_id=text.id, version=text.version, ops=ops, change_id="one")
    printed = pdf(cast.casey, program).data
    assert (
        "first" in words_of(printed) and b"/LI" in PdfReader(io.BytesIO(printed)).stream.getvalue()
    ) or printed


def test_approved_version_is_kept_once_with_its_hash_and_signatures(cast, program):
    approve(cast.casey.actor, program)

    first, again = pdf(cast.casey, program), pdf(cast.mina, program)
    spanish = pdf(cast.casey, program, "es")

    row = GeneratedFile.objects.get(kind="pdf", language="en")
    assert first.data == again.data and first.digest == hashlib.sha256(first.data).hexdigest() == row.digest
    assert spanish.data != first.data
    words = words_of(first.data)
    assert "Casey Cast" in words and row.shows in words.replace(" ", "") and "Draft" not in words
    assert AuditEntry.objects.filter(verb="documents.file.kept", record_id=row.id).exists()


def test_charts_stay_as_they_were_at_approval(cast, program):
    goal, actor = program.goals.get(), cast.casey.actor
    for week, value in enumerate(("51", "54", "58")):
        score(goal, week, value)
    drawn = chart_of(actor=actor, goal_id=goal.id)
    approve(actor, program)
    first = pdf(cast.casey, program)

    score(goal, 4, "77")

    kept = json.loads(GeneratedFile.objects.get(kind="charts").content)
    assert kept == {str(goal.id): drawn}
    assert chart_of(actor=actor, goal_id=goal.id) != drawn  # it would show the newest score now
    written = document_of(
        actor=actor, iep_id=program.id, language="es"
    ).content  # printed first after the score
    assert drawn["svg"] in json.dumps(written, ensure_ascii=False).replace('\\"', '"')
    html = iep_file(actor=actor, iep_id=program.id, ending="html", language="en").data.decode()
    assert drawn["svg"] in html
    assert pdf(cast.casey, program).data == first.data


def test_one_goal_and_many_cost_the_same_statements(cast, program, django_assert_num_queries):
    asked = {"actor": cast.casey.actor, "iep_id": program.id, "language": "en"}
    score(program.goals.get(), 1, "51")
    with CaptureQueriesContext(connection) as one:
        document_of(**asked)
    for _goal in range(3):
        goal = add_goal(actor=cast.casey.actor, iep_id=program.id, values=GOAL, today=TODAY)
        score(goal, 1, "52")

    with django_assert_num_queries(len(one)):
        written = document_of(**asked)

    blocks = [block for section in written.content["sections"] for block in section["blocks"]]
    assert sum(block["kind"] == "chart" for block in blocks) == 4


def test_signature_given_later_stands_on_a_page_of_its_own(cast, program):
    approve(cast.casey.actor, program)
    kept = pdf(cast.casey, program)
    guardian = (
        Guardian.objects.filter(student=cast.student, has_educational_rights=True).order_by("id").first()
    )
    record_parent_signature(
        actor=cast.casey.actor,
        iep_id=program.id,
        guardian_id=guardian.id,
        meaning="agrees",
        signed_on=cast.casey.actor.today,
        paper_reference="Cabinet 2, folder 14",
    )

    page = cast.casey.client().get(cast.casey.url(f"/ieps/{program.id}/signatures-en.pdf"))
    spanish = cast.casey.client().get(f"/api/v1/ieps/{program.id}/papers/signatures-es.pdf")

    words = words_of(page.content)
    row = GeneratedFile.objects.get(kind="pdf", language="en")
    assert guardian.name in words and "Cabinet 2, folder 14" in words and "Casey Cast" in words
    assert row.shows in words.replace(" ", "") and row.digest in words.replace(" ", "")
    assert guardian.name in words_of(spanish.content) and "Firmas" in words_of(spanish.content)
    assert guardian.name not in words_of(kept.data)  # what is kept stays as it was
    assert pdf(cast.casey, program).data == kept.data
    reader = PdfReader(io.BytesIO(page.content))
    assert b"pdfuaid" in reader.xmp_metadata.stream.get_data()
    for path in (f"/ieps/{program.id}/signatures-xx.pdf", f"/ieps/{cast.student.id}/signatures-en.pdf"):
        assert cast.casey.client().get(cast.casey.url(path)).status_code == 404
    assert cast.vic.client().get(cast.vic.url(f"/ieps/{program.id}/signatures-en.pdf")).status_code == 403


def test_draft_is_no_business_of_a_parent_and_a_file_of_no_outsider(cast, program):
    with pytest.raises(NotFound):
        pdf(cast.mina, program)
    with cast.within(cast.otto), pytest.raises(NotFound):
        pdf(cast.otto, program)
    assert cast.omar.client().get(cast.omar.url(f"/ieps/{program.id}/iep-en.pdf")).status_code == 404
    assert cast.casey.client().get(cast.casey.url(f"/ieps/{program.id}/iep-xx.pdf")).status_code == 404


def test_page_in_html_needs_nothing_else(cast, program):
    found = iep_file(actor=cast.casey.actor, iep_id=program.id, ending="html", language="es")
    text = found.data.decode()

    assert '<html lang="es">' in text and "Tells long stories" in text
    assert (
        "<script" not in text
        and "src=" not in text
        and "http://" not in text.replace("http://www.w3.org", "")
    )


def test_words_are_never_markup(cast, program):
    evil = '<img src=x onerror=alert(1)> #panic("run") $x$'
    update_section(
        actor=cast.casey.actor, iep_id=program.id, section="family", values={"strengths": evil}, today=TODAY
    )

    html = iep_file(actor=cast.casey.actor, iep_id=program.id, ending="html", language="en").data.decode()

    assert "<img" not in html
    assert "#panic" in words_of(pdf(cast.casey, program).data)


def test_json_is_exactly_what_is_signed(cast, program):
    approve(cast.casey.actor, program)

    found = json.loads(iep_file(actor=cast.casey.actor, iep_id=program.id, ending="json", language="en").data)

    assert digest_of(found["signed"]) == found["sha256"] == found["signatures"][0]["sha256"]
    assert found["signed"]["goals"][0]["title"] == "Reading fluency"


@pytest.mark.parametrize("name", ["iep-en.pdf", "iep-es.html", "iep.json"])
def test_program_takes_the_same_files_along_and_each_is_written_down(cast, program, name):
    approve(cast.casey.actor, program)
    client, path = cast.casey.client(), f"/api/v1/ieps/{program.id}/papers/{name}"

    answer = client.get(path)
    page = client.get(cast.casey.url(f"/ieps/{program.id}/{name}"))
    again = client.get(path, headers={"If-None-Match": answer["ETag"]})

    assert (answer.status_code, answer.content) == (200, page.content)
    assert answer["Content-Type"] == page["Content-Type"] and answer["Cache-Control"] == "no-store"
    assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert (again.status_code, again.content) == (304, b"")
    entries = AuditEntry.objects.filter(student_id=cast.student.id, verb__contains="export")
    assert entries.count() == 2  # the page's and the program's; who had it already was handed nothing
    assert cast.vic.client().get(path).status_code == 403
    assert cast.omar.client().get(path).status_code == 404


def test_program_is_told_what_is_kept_and_where(cast, program):
    approve(cast.casey.actor, program)
    kept = pdf(cast.casey, program)

    answer = cast.casey.client().get(f"/api/v1/ieps/{program.id}/papers/")
    found = answer.json()

    assert [row["digest"] for row in found["kept"]] == [kept.digest]
    assert cast.casey.client().get(found["files"]["pdf_en"]).content == kept.data
    assert answer["X-Live-Topic"] == f"iep.{program.id}" and answer["ETag"]


def test_handing_out_is_written_down(cast, program):
    client = cast.casey.client()

    for name in ("iep-en.pdf", "iep-es.html", "iep.json"):
        assert client.get(cast.casey.url(f"/ieps/{program.id}/{name}")).status_code == 200

    entries = AuditEntry.objects.filter(student_id=cast.student.id, verb__contains="export")
    assert entries.count() == 3


def test_page_of_papers_names_what_is_kept(cast, program):
    approve(cast.casey.actor, program)
    kept = pdf(cast.casey, program)
    sign_iep(actor=cast.sam.actor, iep_id=program.id, meaning="participated", hand=hand(cast.sam.actor))

    papers = iep_papers(actor=cast.casey.actor, iep_id=program.id)
    page = cast.casey.client().get(cast.casey.url(f"/ieps/{program.id}/papers/")).content.decode()

    assert [row.digest for row in papers.kept] == [kept.digest]
    assert kept.digest in page


def test_viewer_looks_and_takes_nothing_along(cast, program):
    client, url = cast.vic.client(), cast.vic.url

    answers = [
        client.get(url(f"/ieps/{program.id}/{name}")).status_code
        for name in ("iep-en.pdf", "iep-en.html", "iep.json", "papers/")
    ]

    assert answers == [403, 403, 403, 200]
