"""The table of rights as a page for people: docs/rights.md."""

from accounts.rights import (
    DISTRICT_RIGHTS,
    RIGHTS,
    SINGLE_RIGHTS,
    Action,
    DistrictAction,
    Group,
    Relation,
    Role,
)

HEAD = """# Who may see and do what

Written from `accounts/rights.py` by `manage.py write_rights`; `tests/accounts/test_rights.py` holds the two together.

A role is never a right: each row also asks for a relation to the student. What a person may not see does not exist
them (404, no hint, no count). What they see and may not do is refused (403) and written down. Relations end the moment
the day of their end begins where the district is. Archived case files are seen by administrators only. Staff who are
parents here act under one hat at a time: the family hat gives `own child`, the staff hat everything else.

`data task` is the one relation that is about single goals: while somebody is on the team, they see and record those
goals that they are asked to record today (a data task), or are responsible for in the IEP in force, and no other. Of
other goals a paraprofessional reads what the IEP at a glance says, a sentence each (34 CFR 300.323(d)); their scores,
decisions and reports do not exist for them.
"""

SINGLE = """An administrator may add one of these rights to a person, or take it from them, from one day to another and
with a reason, whatever their roles say. What is taken away goes before what is added. Single rights never reach a
student whom the person does not see anyhow, and are worn with the staff hat only."""


def rights_page() -> str:
    """The whole page, Markdown."""
    parts = [HEAD, "## A student's record", ""]
    parts += ["| role | relation | may | " + " | ".join(group.value for group in Group) + " |"]
    parts += ["|---|---|---|" + "---|" * len(Group)]
    rows: dict[tuple[Role, Relation, Action], frozenset[Group]] = {}
    for right in RIGHTS:
        key = (right.role, right.relation, right.action)
        rows[key] = rows.get(key, frozenset()) | right.groups
    for (role, relation, action), groups in rows.items():
        marks = " | ".join("yes" if group in groups else "" for group in Group)
        parts.append(f"| {role.value} | {relation.value} | {action.value} | {marks} |")
    parts += ["", "## The district itself", "", "| act | " + " | ".join(role.value for role in Role) + " |"]
    parts += ["|---|" + "---|" * len(Role)]
    for act in DistrictAction:
        marks = " | ".join("yes" if role in DISTRICT_RIGHTS[act] else "" for role in Role)
        parts.append(f"| {act.value} | {marks} |")
    parts += ["", "## Single rights", "", SINGLE, "", "| right | name |", "|---|---|"]
    parts += [f"| {act.value} | `{name}` |" for act, name in SINGLE_RIGHTS.items()]
    parts += ["", "Teachers and specialists open case files and refer pupils in their own schools.", ""]
    return "\n".join(parts)
