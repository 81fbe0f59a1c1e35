"""What schemathesis is told beside the document: which ids there are, and who must stay able to ask.

It runs in a process of its own (`SCHEMATHESIS_HOOKS`) without Django; `FUZZ_IDS` names the ids of each kind.
"""

import json
import os
import random
import re
from typing import Any

import schemathesis

IDS: dict[str, list[str]] = json.loads(os.environ["FUZZ_IDS"])
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SINGULAR = {
    "ids": "student_id",
    "school_ids": "school_id",
    "responsible_id": "person_id",
    "provider_id": "person_id",
}
# What would end the run: the caller's own session, token or role, or the API itself.
ENDS_THE_CALLER = ("/roles/{membership_id}/", "/people/{person_id}/", "/tokens/{token_id}/")
dice = random.Random(11)


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Most ids of the right form become ids of something; nobody is thrown out."""
    path = case.operation.path
    ends = path.startswith(tuple(f"/api/v1{start}" for start in ENDS_THE_CALLER)) and case.method != "GET"
    for name, value in dict(case.path_parameters or {}).items():
        if UUID.fullmatch(str(value)) and (ends or dice.random() < 0.85):
            case.path_parameters[name] = _one(f"spare_{name}" if ends else name, value)
    if isinstance(case.body, dict):
        case.body = {name: _named(name, value) for name, value in case.body.items()}
        if path == "/api/v1/features/" and "api_access" in case.body and case.method == "PATCH":
            case.body["api_access"] = True


def _named(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_named(name, inner) for inner in value]
    if isinstance(value, str) and UUID.fullmatch(value) and dice.random() < 0.7:
        return _one(SINGULAR.get(name, name), value)
    return value


def _one(name: str, other: Any) -> Any:
    known = IDS.get(name)
    return dice.choice(known) if known else other
