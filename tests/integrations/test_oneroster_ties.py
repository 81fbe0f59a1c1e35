"""What the rows of a roster say of each other: parents, schools, roles, and those that nobody knows."""

from integrations.oneroster.findings import Severity
from integrations.oneroster.ties import Known
from tests.integrations.reading import read, said
from tests.integrations.rosters import (
    CLASSES,
    DEMOGRAPHICS,
    ENROLLMENTS,
    ORGS,
    ROLES,
    USERS_1_1,
    USERS_1_2,
    manifest,
    small_1_1,
    small_1_2,
    table,
)


def test_absent_parents_are_warnings_and_the_rows_load():
    _, entries, findings = read(
        small_1_1(
            orgs=table(ORGS, "S1,,Alder Grove School,school,,D9"),
            classes=table(CLASSES, "C1,,Reading,CR9,scheduled,S9,AS9"),
            users=table(USERS_1_1, "K1,,true,S1,student,,Kit,Marrow,,P9,4,"),
            enrollments=table(ENROLLMENTS, "E1,,C1,S9,K1,student,,,"),
        )
    )

    assert {f.severity for f in findings} == {Severity.WARNING}
    assert said(findings) == [
        ("orgs.csv", 2, "parentSourcedId", "parent_unknown"),
        ("classes.csv", 2, "courseSourcedId", "course_unknown"),
        ("classes.csv", 2, "termSourcedIds", "session_unknown"),
        ("classes.csv", 2, "schoolSourcedId", "org_unknown"),
        ("users.csv", 2, "agentSourcedIds", "agent_unknown"),
        ("enrollments.csv", 2, "schoolSourcedId", "org_unknown"),
    ]
    assert [len(entries[noun]) for noun in ("orgs", "classes", "users", "enrollments")] == [1, 1, 1, 1]


def test_orphans_that_mean_nothing_alone_are_refused():
    _, _, findings = read(
        small_1_1(enrollments=table(ENROLLMENTS, "E1,,C1,S1,K9,student,,,", "E2,,C9,S1,K1,student,,,"))
    )

    assert said(findings) == [
        ("enrollments.csv", 2, "userSourcedId", "user_unknown"),
        ("enrollments.csv", 3, "classSourcedId", "class_unknown"),
    ]


def test_what_an_earlier_import_left_is_no_orphan_in_a_delta():
    known = Known(orgs={"S1": ("school", "")}, classes=frozenset({"C1"}), users={"K1": "student"})
    files = {
        "manifest.csv": manifest("1.1", "delta", "enrollments"),
        "enrollments.csv": table(ENROLLMENTS, "E1,,C1,S1,K1,student,,,"),
    }

    _, entries, findings = read(files, known=known)

    assert findings == []
    assert len(entries["enrollments"]) == 1


def test_department_stands_for_its_school_when_that_is_known():
    _, entries, findings = read(
        small_1_1(
            orgs=table(
                ORGS,
                "S1,,Alder Grove School,school,,",
                "D1,,History,department,,S1",
                "D2,,Lost,department,,S9",
            ),
            users=table(
                USERS_1_1, "K1,,true,D1,student,,Kit,Marrow,,,4,", "K2,,true,D2,student,,Bao,Thorne,,,4,"
            ),
            enrollments=table(ENROLLMENTS),
        )
    )

    assert said(findings)[1:] == [
        ("users.csv", 2, "orgSourcedIds", "org_within_school"),
        ("users.csv", 3, "orgSourcedIds", "org_not_school"),
    ]
    assert entries["users"][0].orgs == ("S1",)


def test_organizations_in_a_circle_end():
    _, _, findings = read(
        small_1_1(
            orgs=table(ORGS, "D1,,A,department,,D2", "D2,,B,department,,D1"),
            users=table(USERS_1_1, "K1,,true,D1,student,,Kit,Marrow,,,4,"),
            classes=table(CLASSES),
            enrollments=table(ENROLLMENTS),
        )
    )

    assert said(findings) == [("users.csv", 2, "orgSourcedIds", "org_not_school")]


def test_agent_who_is_a_teacher_makes_no_tie():
    _, entries, findings = read(
        small_1_1(
            users=table(
                USERS_1_1,
                "T1,,true,S1,teacher,,Tove,Lindqvist,,,,",
                "P1,,true,S1,parent,,Ines,Marrow,,K1,,",
                'K1,,true,S1,student,,Kit,Marrow,,"T1,P1",4,',
            )
        )
    )

    assert said(findings) == [("users.csv", 4, "agentSourcedIds", "agent_not_family")]
    assert [user.agents for user in entries["users"]] == [(), ("K1",), ("P1",)]


def test_teacher_who_is_also_a_guardian_may_be_an_agent():
    header = USERS_1_2.replace("grades", "agentSourcedIds")
    _, entries, findings = read(
        small_1_2(
            users=table(header, "T1,,,true,,Tove,Lind,,,", "K1,,,true,,Kit,Marrow,,T1,"),
            roles=table(
                ROLES,
                "R1,,,T1,primary,teacher,,,S1",
                "R2,,,T1,secondary,guardian,,,S1",
                "R3,,,K1,primary,student,,,S1",
            ),
        )
    )

    assert findings == []
    assert entries["users"][1].agents == ("T1",)


def test_roles_in_odd_places_are_found_and_named():
    header = USERS_1_2.replace("preferredGivenName", "role")
    _, entries, findings = read(
        small_1_2(
            manifest=manifest("1.2", "bulk", "orgs", "users", "roles", "classes", "enrollments"),
            users=table(
                header,
                "K1,,,true,,Kit,Marrow,student,4,",
                "K2,,,true,,Bao,Thorne,,4,",
                "X1,,,true,,No,Body,,,",
            ),
            roles=table(ROLES),
            classes=table(CLASSES, "C1,,Reading,,scheduled,S1,"),
            enrollments=table(ENROLLMENTS, "E1,,C1,S1,K2,student,,,"),
            demographics=table(DEMOGRAPHICS),
        )
    )

    assert [f for f in said(findings) if f[0] == "users.csv"] == [
        ("users.csv", 2, "role", "role_in_users"),
        ("users.csv", 3, "role", "role_from_enrollments"),
        ("users.csv", 4, "role", "role_missing"),
    ]
    assert [user.role for user in entries["users"]] == ["student", "student", ""]


def test_user_profiles_that_hold_roles_are_read_when_roles_are_missing():
    files = small_1_2()
    files["userprofiles.csv"] = files.pop("roles.csv")

    roster, _, findings = read(files)

    assert ("userprofiles.csv", 0, "", "roles_elsewhere") in said(findings)
    assert roster.kind_of_user("K1") == "student"


def test_user_profiles_that_repeat_roles_are_not_read():
    files = small_1_2()
    files["userProfiles.csv"] = files["roles.csv"]

    _, _, findings = read(files)

    assert ("userProfiles.csv", 0, "", "misplaced_roles") in said(findings)
