"""Every operation is sent what a machine thinks of, by three people: nothing is a defect, all is as the document says.

`make test` sends a few of each for two of them; `make fuzz` thousands (`FUZZ_EXAMPLES` of each operation, or 40).
"""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now

from accounts.actors import new_token, token_digest
from accounts.rights import Role
from core.tenant import organization
from tests.api.district import District
from tests.factories.accounts import ApiTokenFactory, MembershipFactory, PersonFactory

IS_LONG = bool(os.environ.get("SOAK"))
ROLES = {"administrator": "ada", "parent": "mina"} | ({"case manager": "casey"} if IS_LONG else {})
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "40"))
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
COUNT = re.compile(r"Test cases:\s*\n?.*?([\d,]+) generated", re.DOTALL)


def known_ids(district, cast):
    """Ids of each kind; `spare_…` are those that may end without ending the caller."""
    found = {
        name: [str(value)]
        for name, value in district.ids.items()
        if re.fullmatch(r"[0-9a-f-]{36}", str(value))
    }
    found["student_id"] += [str(cast.other_student.id), str(cast.stranger.id)]
    found["school_id"] += [str(cast.other_school.id), str(cast.school_elsewhere.id)]
    found["person_id"] += [str(cast.casey.person.id), str(cast.otto.person.id)]
    found["iep_id"].append(str(district.draft.id))
    found["goal_id"].append(str(district.draft.goals.get().id))
    found["service_id"].append(str(district.draft.services.get().id))
    spare = PersonFactory(given_name="Spare", family_name="Cast", email="spare@example.org")
    role = MembershipFactory(
        organization=cast.district, person=spare, role=Role.TEACHER, schools=[cast.other_school]
    )
    token = ApiTokenFactory(organization=cast.district, person=spare, digest=token_digest(new_token()))
    return found | {
        "spare_person_id": [str(spare.id)],
        "spare_membership_id": [str(role.id)],
        "spare_token_id": [str(token.id)],
    }


@pytest.mark.parametrize("role", ROLES)
def test_whatever_is_sent_nothing_is_a_defect(server, committed_cast, tmp_path, role):
    """R63, R64: no answer of 500; every answer has the status, type and shape that the document says."""
    cast = committed_cast
    with organization(cast.district.id):
        district = District(cast)
        district.of_draft()
        ids = known_ids(district, cast)
        token = new_token()
        ApiTokenFactory(
            organization=cast.district,
            person=getattr(cast, ROLES[role]).person,
            digest=token_digest(token),
            expires_at=now() + timedelta(days=1),
        )
    told = {
        "SCHEMATHESIS_HOOKS": "tests.api.fuzz_hooks",
        "FUZZ_IDS": json.dumps(ids),
        "PYTHONPATH": str(Path.cwd()),
    }
    phases = (
        ["--phases", "coverage,fuzzing", "-n", str(EXAMPLES)]
        if IS_LONG
        else ["--phases", "fuzzing", "-n", "1"]
    )
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")), "run", server.page("/api/v1/schema/"),
            "--header", f"Authorization: Bearer {token}", "--checks", CHECKS, *phases,
            "--continue-on-failure", "--no-shrink", "--suppress-health-check", "all", "--generation-database", "none",
            "--seed", "11", "--warnings", "off", "--no-color",
        ],
        env=os.environ | told, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    report = Path(os.environ.get("FUZZ_REPORTS", tmp_path)) / f"{role.replace(' ', '-')}.txt"
    report.write_text(done.stdout + done.stderr)
    said = COUNT.search(done.stdout)
    count = int(said[1].replace(",", "")) if said else 0
    sys.stderr.write(f"\n{role}: {count:,} cases\n")

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert count >= (3_400 if IS_LONG else 90)
    errors = [line for line in (server.logs / "web.log").read_text().splitlines() if "Traceback" in line]
    assert not errors
