"""The laws of the house that no linter knows (docs/architecture.md). Each failure names the line to mend."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "accounts",
    "audit",
    "records",
    "assessments",
    "casefile",
    "coediting",
    "core",
    "documents",
    "ieps",
    "integrations",
    "live",
    "notifications",
    "progress",
    "students",
)
NO_SUCH_ROOM = {"services", "utils", "helpers", "managers", "signals", "actions"}
ROOMS = {
    "models",
    "rules",
    "queries",
    "mutations",
    "tasks",
    "forms",
    "views",
    "api",
    "consumers",
    "urls",
    "admin",
}
LONGEST_ROOM = 400
LONGEST_TEST = 500
WRITES_ONLY = {"create", "bulk_create", "none"}
INTERNAL_SETTINGS = {
    "DATABASE_ROLE",
    "STATEMENT_TIMEOUT_MS",
    "LIVE_PREFIX",
}  # what the processes tell each other
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style\b|\sstyle=|\son[a-z]+=", re.IGNORECASE
)


def sources(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every source file of the apps, or those of some rooms, with its syntax."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts and (not rooms or room_of(path) in rooms):
                yield path.relative_to(ROOT), ast.parse(path.read_text())


def room_of(path: Path) -> str:
    """The room a file is part of: its name, or the package it is in."""
    inside = path.relative_to(ROOT).parts[1:]
    return next((part.removesuffix(".py") for part in inside if part.removesuffix(".py") in ROOMS), "")


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions of a module that others may call."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def is_decorated(function: ast.FunctionDef, name: str) -> bool:
    """Whether a function wears a decorator."""
    return any(
        ast.unparse(decorator).partition("(")[0].endswith(name) for decorator in function.decorator_list
    )


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """Calls of a function by its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name:
            yield node


def templates() -> Iterator[tuple[Path, str]]:
    """Every template."""
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt", ".svg"}:
            yield path.relative_to(ROOT), path.read_text()


def nothing(found: list[str]) -> None:
    """Fail with one line for each place that breaks the law."""
    if found:
        pytest.fail("\n".join(map(str, found)), pytrace=False)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def test_no_app_has_a_room_for_odds_and_ends():
    found = [path for path, _ in sources() if NO_SUCH_ROOM & {path.stem, *path.parts}]

    nothing(found)


def test_rooms_stay_small_enough_to_read():
    long = [
        f"{path} has {count} lines"
        for path, _ in sources(*ROOMS)
        if (count := len((ROOT / path).read_text().splitlines())) > LONGEST_ROOM
    ]

    nothing(long)


def test_tests_stay_small_enough_to_read():
    long = [
        f"{path.relative_to(ROOT)} has {count} lines"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if (count := len(path.read_text().splitlines())) > LONGEST_TEST
    ]

    nothing(long)


@pytest.mark.parametrize("room", ["queries", "mutations"])
def test_actor_comes_first_and_by_name(room):
    wrong = []
    for path, tree in sources(room):
        for function in public_functions(tree):
            named = [argument.arg for argument in function.args.kwonlyargs]
            given = [argument.arg for argument in function.args.args]
            if "actor" in given or ("actor" in named and (named[0] != "actor" or given)):
                wrong.append(f"{path}:{function.lineno} {function.name}")

    nothing(wrong)


def test_queries_that_read_rows_ask_for_whom():
    """A public query without an actor works on what it is given and reads no table itself."""
    wrong = [
        f"{path}:{function.lineno} {function.name}"
        for path, tree in sources("queries")
        for function in public_functions(tree)
        if "actor" not in {argument.arg for argument in function.args.kwonlyargs}
        and any(isinstance(node, ast.Attribute) and node.attr == "objects" for node in ast.walk(function))
    ]

    nothing(wrong)


def test_every_public_mutation_is_accountable():
    wrong = [
        f"{path}:{function.lineno} {function.name}"
        for path, tree in sources("mutations")
        for function in public_functions(tree)
        if not is_decorated(function, "mutation")
    ]

    nothing(wrong)


def test_guarded_models_are_read_through_visible_to():
    """What belongs to a record already seen is read through it (`iep.goals`). Where a rule must count what the person
    may not see, the line says why: `# for all: …`."""
    guarded = set()
    for _, tree in sources("models"):
        querysets = {
            node.name
            for node in tree.body
            if isinstance(node, ast.ClassDef)
            and any(isinstance(inner, ast.FunctionDef) and inner.name == "visible_to" for inner in node.body)
        }
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and any(
                f"{name}.as_manager" in ast.unparse(node) for name in querysets
            ):
                guarded.add(node.name)
    wrong = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path, tree in sources("queries", "mutations", "rules", "tasks", "views", "api")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "objects"
        and ast.unparse(node.value.value) in guarded
        and node.attr not in {"visible_to", *WRITES_ONLY}
        and "# for all: " not in (ROOT / path).read_text().splitlines()[node.lineno - 1]
    ]

    assert guarded
    nothing(wrong)


def test_promised_tasks_exist():
    from core.queue import TASKS
    from sped.celery import app

    app.loader.import_default_modules()
    promised = {
        call.args[index].value: f"{path}:{call.lineno}"
        for name, index in (("enqueue", 0), ("listen", 1))
        for path, tree in sources()
        for call in calls(tree, name)
        if len(call.args) > index and isinstance(call.args[index], ast.Constant)
    }

    nothing([f"{place} {name}" for name, place in promised.items() if name not in TASKS])


def test_every_public_function_says_what_it_does():
    wrong = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in sources()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and path.name != "apps.py"
        and not ast.get_docstring(node)
    ]

    nothing(wrong)


def test_models_have_no_hidden_flow():
    wrong = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in sources("models")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}
    ]

    nothing(wrong)


def test_migrations_are_named_by_what_they_do():
    found = [path.name for app in APPS for path in (ROOT / app).glob("migrations/*_auto_*.py")]

    nothing(found)


def test_nothing_is_unfinished():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    wrong = [
        f"{path}:{number}"
        for path, _ in sources()
        for number, line in enumerate((ROOT / path).read_text().splitlines(), 1)
        if marks.search(line)
    ]

    nothing(wrong)


def test_text_reaches_pages_escaped():
    """`mark_safe` draws shapes in template tags, from words that were escaped there; nothing else is exempt."""
    wrong = [
        f"{path}:{line_of(text, match.start())} {match.group()}"
        for path, text in templates()
        for match in re.finditer(r"\|\s*safe\b|autoescape off", text)
    ]
    wrong += [
        f"{path}:{call.lineno}"
        for path, tree in sources()
        if "templatetags" not in path.parts
        for call in calls(tree, "mark_safe")
    ]

    nothing(wrong)


def test_no_form_goes_without_its_csrf_check():
    exempt = [str(path) for path, _ in sources() if "csrf_exempt" in (ROOT / path).read_text()]
    forms = [
        f"{path}:{line_of(text, match.start())}"
        for path, text in templates()
        for match in re.finditer(
            r"<form\b[^>]*method=[\"']post[\"'].*?</form>", text, re.IGNORECASE | re.DOTALL
        )
        if "csrf_token" not in match.group()
        and "{% include" not in match.group()
        and "{% block" not in match.group()
    ]

    nothing(exempt)
    nothing(forms)


def test_pages_have_no_inline_code():
    wrong = [
        f"{path}:{line_of(text, match.start())} {match.group().strip()}"
        for path, text in templates()
        for match in INLINE.finditer(text)
    ]

    nothing(wrong)


def test_every_list_of_apps_names_each_app():
    """Types, coverage, import contracts and the image take what is listed; what is left out fails nowhere."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    street = next(contract for contract in tools["importlinter"]["contracts"] if contract["id"] == "street")
    lists = {
        "mypy": tools["mypy"]["files"],
        "isort": tools["ruff"]["lint"]["isort"]["known-first-party"],
        "coverage": tools["coverage"]["run"]["source"],
        "import-linter": tools["importlinter"]["root_packages"],
        "street": street["layers"],
        "Dockerfile": re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE),
        ".dockerignore": re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE),
    }

    nothing(
        [f"{name} lacks {app}" for name, named in lists.items() for app in sorted({*APPS, "sped"} - {*named})]
    )


def test_locks_name_no_host():
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text()
        assert "://" not in text, lock.name
        pinned = re.findall(r"^[A-Za-z0-9_.-]+==", text, re.MULTILINE)
        assert len(pinned) == len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE)), (
            f"{lock.name} has a line unpinned"
        )
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or "integrity" in package or package.get("inBundle"), f"{name} has no hash"


def test_every_setting_is_in_the_example():
    read = set(re.findall(r"_env\.\w+\(\s*\"([A-Z_]+)\"", (ROOT / "sped" / "settings.py").read_text()))
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert read - INTERNAL_SETTINGS == example


def test_readme_explains_every_setting_and_no_other():
    section = (ROOT / "README.md").read_text().partition("\n## Settings\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    example = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert sorted(name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)) == sorted(example)


def test_every_decision_is_listed_under_a_number_of_its_own():
    folder = ROOT / "docs" / "adr"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    listed = re.findall(r"\[(\d{4})\]\((\d{4}-[a-z0-9-]+\.md)\)", (folder / "README.md").read_text())

    assert [page for _number, page in listed] == pages
    assert [number for number, _page in listed] == sorted({page[:4] for page in pages})
