"""The groups of the OpenAPI document: which address belongs to which, what each is about, how one begins."""

# What a person who reads looks for, and the beginnings of the addresses that belong to it; the first that fits.
NOUNS = {
    "Organizations and schools": ("organization", "schools", "school-years", "features"),
    "People and roles": ("people", "roles", "grants", "invitations", "preferences"),
    "Tokens and sessions": ("tokens", "program-tokens", "sessions"),
    "Guardians": ("students/{student_id}/guardians",),
    "Team": ("students/{student_id}/team",),
    "Consents": ("students/{student_id}/consents", "consents"),
    "Texts and comments": ("texts", "comments", "ieps/{iep_id}/comments", "ieps/{iep_id}/words"),
    "Signatures": (
        "ieps/{iep_id}/signatures", "ieps/{iep_id}/paper-signatures", "ieps/{iep_id}/verification", "signatures",
    ),
    "Services and accommodations": (
        "ieps/{iep_id}/services", "services", "ieps/{iep_id}/accommodations", "accommodations",
    ),
    "Recording progress": (
        "goals/{goal_id}/points", "goals/{goal_id}/data-tasks", "goals/{goal_id}/data-sheet", "data-groups",
        "data-tasks", "progress-points", "progress-sessions", "prompt-levels",
    ),
    "Goals and decisions": (
        "ieps/{iep_id}/goals", "goals", "phases", "decisions", "decision-rule", "students/{student_id}/attainment",
    ),
    "Progress reports": ("students/{student_id}/progress-reports", "progress-reports"),
    "IEPs": ("students/{student_id}/ieps", "ieps", "removed-parts"),
    "Records of access and audit": (
        "students/{student_id}/access-record", "students/{student_id}/disclosures", "audit",
        "students/{student_id}/exports", "exports",
    ),
    "Retention": ("retention", "students/{student_id}/holds", "holds", "destructions"),
    "Programs and assessments": ("students/{student_id}/programs", "students/{student_id}/assessments"),
    "School history": tuple(
        f"students/{{student_id}}/{part}"
        for part in ("enrollments", "transfer", "exit", "return", "moves", "records-requests")
    ),
    "The record": tuple(
        f"students/{{student_id}}/{part}"
        for part in (
            "contact", "languages", "profile", "addresses", "emergency-contacts", "custom-fields", "photo", "tags",
            "external-ids",
        )
    ),
    "Health": ("students/{student_id}/health",),
    "Many students at once": ("students/bulk", "undo"),
    "Imports": ("imports",),
    "Messages": ("messages", "outbox"),
    "Lists and fields": ("saved-views", "custom-fields", "students/{student_id}/pin"),
    "Students": ("students", "roster"),
}  # fmt: skip
ORDER = (
    "Students", "The record", "Health", "Guardians", "Team", "School history", "Programs and assessments",
    "Consents", "IEPs", "Texts and comments", "Services and accommodations", "Goals and decisions",
    "Recording progress", "Progress reports", "Signatures", "Many students at once", "Lists and fields", "Messages",
    "Organizations and schools", "People and roles", "Tokens and sessions", "Imports",
    "Records of access and audit", "Retention",
)  # fmt: skip
"""As somebody reads who begins with a student; what districts keep comes last."""
ABOUT = {
    "Students": "Case files: found, opened, changed, put away; and the roster of pupils who may be referred.",
    "The record": "What is known of one student: contact, addresses, languages, tags, the district's fields.",
    "Health": "Conditions, medications, allergies, diet, emergency plan.",
    "Guardians": "Parents and others who decide or are told, with their rights and what a court ordered.",
    "Team": "Who works with a student, in which part and until when.",
    "School history": "Schools of now and before, transfers, exits, and requests for records.",
    "Programs and assessments": "What other systems say of a student: program enrollments and results.",
    "Consents": "What parents consented to in writing, and what they took back.",
    "IEPs": "Every version of an IEP on its way: draft, review, approval, effect, amendment; its checks and papers.",
    "Texts and comments": "The narratives of a draft, written by several people at once; what is said beside them.",
    "Services and accommodations": "What an IEP provides: how much of it, where, from when until when.",
    "Goals and decisions": "Goals, how they go, what was tried and decided, goal attainment, agreement of observers.",
    "Recording progress": "Scores, one or many at once; who records what, how and in which group; second observers.",
    "Progress reports": "What families are told in each reporting period: written, sent, corrected.",
    "Signatures": "Who signed which text, in the program or on paper, and whether it still reads as it was signed.",
    "Many students at once": "One act upon up to 200 students, and what takes it back.",
    "Lists and fields": "Named views of the list of students, students at hand, and fields that the district adds.",
    "Messages": "What the program tells people, in itself and by e-mail.",
    "Organizations and schools": "The district, its settings, schools and calendars.",
    "People and roles": "Who belongs to the district, in which role, with which single rights; one's own preferences.",
    "Tokens and sessions": "Who is signed in, and the tokens of people and programs.",
    "Imports": "Rosters from other systems: sent, followed line by line, stopped.",
    "Records of access and audit": "Who changed, opened or was given what; copies of a whole record.",
    "Retention": "How long records are kept, what holds them back, what was destroyed.",
}
INTRODUCTION = """Special-education case management: students, IEPs, goals, progress.

A program does what people do on pages, with the rights of whoever holds its token.

- **Token**: `Authorization: Bearer …`, never in an address. It belongs to one organization.
- **Repeating**: a POST with an `Idempotency-Key` is done once; the same key and body are answered as the first time.
- **Versions**: the `ETag` that was read, sent as `If-Match`, refuses a change when somebody was faster (412).
- **Pages**: long lists have `results`, `next` and `previous`; follow `next` until it is null.
- **Refusals**: `{"code", "message", "status", "details"}`. Decide by the code; `details.fields` names what was wrong.
- **Unknown fields** are refused, never ignored.
- **Days** are written 2026-05-31, instants as in RFC 3339 with their zone, numbers with decimals as text.
"""


def noun_of(address: str) -> str:
    """The noun that an address under /api/v1/ belongs to."""
    for noun, beginnings in NOUNS.items():
        if any(f"{address}/".startswith((f"{start}/", f"{start}s/")) for start in beginnings):
            return noun
    raise LookupError(f"{address} belongs to no noun of sped.openapi_nouns")
