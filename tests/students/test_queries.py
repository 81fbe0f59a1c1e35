"""Finding students: words in any order, prefixes, accents, ids; by an index even behind the wall."""

import pytest
from django.db.models import Value

from core.errors import NotFound
from core.tenant import organization
from students import queries
from students.models import SearchWord, Student, normalised, sort_name, words_in
from students.queries.files import StartsWith
from tests.factories.students import ExternalIdFactory, RosterEntryFactory, StudentFactory


def found(player, text):
    return set(queries.students_of(actor=player.actor, text=text))


@pytest.mark.parametrize(
    "text",
    [
        "Zoë Núñez-Abbott",
        "zoe",
        "ZOE NUNEZ",
        "nunez zo",
        "abb",
        "  abbott,  zoë ",
        "Nuñez-Abb",
        "100200",
        "1002",
    ],
)
def test_student_is_found(cast, text):
    assert found(cast.casey, text) == {cast.student}


@pytest.mark.parametrize("text", ["unez", "Zoe Smith", "00200", "10", "%", "_", "'", "--", " "])
def test_nobody_is_found(cast, text):
    assert found(cast.casey, text) == set()


def test_names_with_apostrophes_and_letters_of_other_alphabets(cast):
    names = {
        "o'brien": ("Søren", "O’Brien"),
        "soren": ("Søren", "O’Brien"),
        "lukasz": ("Łukasz", "Strauß"),
        "strauss": ("Łukasz", "Strauß"),
        "王": ("小明", "王"),
        "нур": ("Нур", "Ахметов"),
    }
    made = {}
    for given, family in set(names.values()):
        made[given, family] = StudentFactory(
            organization=cast.district, school=cast.school, given_name=given, family_name=family
        )

    for text, name in names.items():
        assert found(cast.ada, text) == {made[name]}, text


def test_search_finds_only_what_is_seen(cast):
    """R17."""
    assert found(cast.omar, "zoe") == set()
    assert found(cast.casey, "tariq") == set()
    assert found(cast.ada, "ximena") == set()
    assert found(cast.ada, "1002") == {cast.student}


@pytest.mark.parametrize(
    ("name", "finds"),
    [("casey", True), ("vic", True), ("paula", False), ("gina", False), ("fin", False), ("mina", False)],
)
def test_ids_are_found_by_who_sees_the_record(cast, name, finds):
    """R16: nobody learns an id digit by digit."""
    assert (cast.student in found(getattr(cast, name), "100200")) is finds


def test_lists_are_narrowed(cast):
    archived = StudentFactory(organization=cast.district, school=cast.school, archived=True)

    def narrowed(**filters):
        return set(queries.students_of(actor=cast.ada.actor, **filters))

    assert narrowed() == {cast.student, cast.other_student}
    assert narrowed(grade="07") == {cast.other_student}
    assert narrowed(school_id=cast.school.id) == {cast.student}
    assert narrowed(is_archived=True) == {archived}
    assert set(queries.students_of(actor=cast.casey.actor, is_archived=True)) == set()


def test_search_uses_its_index_behind_the_wall(committed_cast, administrator):
    """A prefix must not be looked for in every student of a large district."""
    cast = committed_cast
    administrator.execute(
        "SET session_replication_role = replica"
    )  # words of 5,000 students who need not be there
    administrator.execute(
        "INSERT INTO students_searchword (id, created_at, organization_id, student_id, word)"
        " SELECT gen_random_uuid(), now(), %s, gen_random_uuid(), 'w' || number FROM generate_series(1, 5000) number",
        [cast.district.id],
    )
    administrator.execute("ANALYZE students_searchword")
    words = SearchWord.objects.filter(StartsWith("word", Value("zo")), organization_id=cast.district.id)

    with organization(cast.district.id):
        explained = words.explain()

    assert "search_word_prefix" in explained
    assert "~>=~ 'zo'" in explained, explained


def test_locked_rows_are_those_of_the_wall(cast):
    with pytest.raises(NotFound):
        queries.visible_student(actor=cast.casey.actor, student_id=cast.other_student.id, lock=True)
    assert (
        queries.visible_student(actor=cast.casey.actor, student_id=cast.student.id, lock=True) == cast.student
    )


def test_roster_says_who_has_a_case_file_and_whom_one_may_open(cast):
    mine = RosterEntryFactory(
        organization=cast.district, school=cast.school, family_name="Amin", student=cast.student
    )
    hidden = RosterEntryFactory(
        organization=cast.district, school=cast.school, family_name="Bell", student=cast.other_student
    )
    free = RosterEntryFactory(organization=cast.district, school=cast.school, family_name="Cho")
    RosterEntryFactory(organization=cast.district, school=cast.school, family_name="Gone", is_current=False)

    rows = {row.entry_id: row for row in queries.roster(actor=cast.casey.actor).rows}

    assert set(rows) == {mine.id, hidden.id, free.id}
    assert (rows[mine.id].has_file, rows[mine.id].student_id) == (True, cast.student.id)
    assert (rows[hidden.id].has_file, rows[hidden.id].student_id) == (True, None)
    assert (rows[free.id].has_file, rows[free.id].student_id) == (False, None)


def test_team_page_offers_staff_of_the_school(cast):
    names = {
        one.name.split()[0]
        for one in queries.team_page(actor=cast.casey.actor, student_id=cast.student.id).candidates
    }

    assert names == {"Casey", "Paula", "Sam", "Gina", "Ada", "Cory", "Vic", "Fin"}


def test_words_and_sort_names_are_normalised():
    assert words_in("  Mary-Ann  O'Neil, mary ") == ("mary", "ann", "oneil")
    assert normalised("ÅNGSTRÖM") == "angstrom"
    assert sort_name("Zoë", "Núñez-Abbott") == "nunez-abbott zoe"
    assert len(sort_name("x" * 80, "y" * 300)) == 180
    assert words_in("x" * 300) == ("x" * 80,)


def test_words_are_kept_by_the_mutations(cast):
    from students import mutations

    student = mutations.add_student(
        actor=cast.casey.actor,
        given_name="Ana",
        family_name="Díaz",
        school_id=cast.school.id,
        preferred_name="Nita",
    )

    assert set(SearchWord.objects.filter(student=student).values_list("word", flat=True)) == {
        "ana",
        "diaz",
        "nita",
    }
    assert found(cast.casey, "nit dia") == {student}


def test_id_search_is_exact_at_its_beginning(cast):
    ExternalIdFactory(student=cast.student, kind="state", value="AB_9")

    assert found(cast.casey, "AB_9") == {cast.student}
    assert found(cast.casey, "B_9") == set()
    assert Student.objects.count() == 2
