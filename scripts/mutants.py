"""`make mutants`: take every check of a right away, one at a time, and see that a test fails without it (R11).

A check is one of four things, found in the source: a call that refuses (`require` and its like), a rule (`may_…` in a
`rules.py`, and what the table of rights is asked by), an `if` on a right that does nothing but refuse, and the sight of
rows (`visible_to`, `visible_students`). While the application is imported each is wrapped, so that one run of the tests
can do all: a test runs as it is, then once more for each check that refused somebody in it and that no test has proved
yet, with that one check away. It is proved when the test then fails, and passes again with all of them in place.

Of the table of addresses (`tests/reliability/matrix.txt`) each request is repeated by itself: it proves a check whose
absence gives another answer than the one that is listed. Tests that start servers are left out: a check must be proved
without a browser. ARGS chooses tests, as for pytest; what was proved before stays so.
"""

import ast
import hashlib
import importlib.abc
import importlib.machinery
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from django.db.models import Q

ROOT = Path(__file__).resolve().parent.parent
NOTES = ROOT / ".local" / "mutants"
ROOMS = tuple(sorted(path.parent.name for path in ROOT.glob("*/apps.py")))
CALLS = frozenset({"require", "require_sight", "refuse_archived"})
SIGHTS = frozenset({"visible_to", "visible_students"})
ASKED = frozenset({"allows", "may_in_district"})  # of accounts/rights.py, the table itself
REFUSALS = frozenset({"NotFound", "NotAllowed"})
FIRST = "tests/reliability/test_checks.py"  # was written to prove checks, and does so quickly
MOST_TRIES = 60  # of one check in one worker; the sight of rows is asked for by nearly every test
LONGEST = 8  # seconds; what takes longer is not repeated


class Now:
    """What the wrapped checks of this process do and say while a test runs."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self.taken_away = ""
        self.tries: Counter[str] = Counter()

    def is_worth_a_try(self, site: str) -> bool:
        """Whether no test has proved a check yet, and not too many have tried."""
        self.tries[site] += 1
        return self.tries[site] <= MOST_TRIES and not is_noted(site, "proved")


now = Now()


def refusing(site: str, check: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """A call that refuses."""
    try:
        return check(*args, **named)
    except Exception:
        now.refused.add(site)
        if now.taken_away != site:
            raise


def deciding(site: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A rule: whether somebody may."""

    def wrap(rule: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(rule)
        def decided(*args: Any, **named: Any) -> Any:
            is_allowed = rule(*args, **named)
            if not is_allowed:
                now.refused.add(site)
            return is_allowed or now.taken_away == site

        return decided

    return wrap


def stopping(site: str, is_refused: object) -> bool:
    """An `if` that does nothing but refuse."""
    if is_refused:
        now.refused.add(site)
    return bool(is_refused) and now.taken_away != site


def showing(site: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The sight of rows: without it, all of the district are seen."""

    def wrap(sight: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(sight)
        def seen(*args: Any, **named: Any) -> Any:
            rows = sight(*args, **named)
            now.refused.add(site)
            if now.taken_away != site:
                return rows
            return Q() if isinstance(rows, Q) else args[0]

        return seen

    return wrap


class Wrapper(ast.NodeTransformer):
    """Wraps every check of one file; `sites` are those that it found."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.where: list[str] = []
        self.sites: list[str] = []

    def site(self, what: str) -> ast.Constant:
        """A name for a check that outlives a changed line above it."""
        name = f"{self.path.relative_to(ROOT)}::{'.'.join(self.where) or '-'} {what}"
        again = sum(known == name or known.startswith(f"{name} #") for known in self.sites)
        self.sites.append(f"{name} #{again + 1}" if again else name)
        return ast.Constant(self.sites[-1])

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self.within(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.within(node)
        if node.name in SIGHTS:
            node.decorator_list.insert(0, call("showing", self.site(node.name)))
        elif self.is_rule(node):
            node.decorator_list.append(call("deciding", self.site(node.name)))
        return node

    def within(self, node: ast.ClassDef | ast.FunctionDef) -> ast.AST:
        self.where.append(node.name)
        self.generic_visit(node)
        self.where.pop()
        return node

    def is_rule(self, node: ast.FunctionDef) -> bool:
        if self.path.name == "rights.py":
            return node.name in ASKED
        return self.path.name == "rules.py" and node.name.startswith("may_")

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        match node.value:
            case ast.Call(func=ast.Name(id=name)) if name in CALLS:
                asked = node.value
                site = self.site(ast.unparse(asked))
                node.value = call("refusing", site, asked.func, *asked.args, keywords=asked.keywords)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        if len(node.body) == 1 and refuses(node.body[0]):
            match node.test:  # in `found is None or not may_…` only the second half is a check of a right
                case ast.BoolOp(op=ast.Or()) as either:
                    either.values = [self.stopped(asked) for asked in either.values]
                case asked:
                    node.test = self.stopped(asked)
        return node

    def stopped(self, asked: ast.expr) -> ast.expr:
        """A condition, wrapped when it asks for a right."""
        if not asks_for_a_right(asked):
            return asked
        return call("stopping", self.site(f"if {ast.unparse(asked)}"), asked)


def call(helper: str, *args: ast.expr, keywords: list[ast.keyword] | None = None) -> ast.Call:
    """A call of one of the helpers above."""
    module = ast.Call(ast.Name("__import__", ast.Load()), [ast.Constant(__name__)], [])
    inner = ast.Attribute(module, __name__.rpartition(".")[2], ast.Load()) if "." in __name__ else module
    return ast.Call(ast.Attribute(inner, helper, ast.Load()), list(args), keywords or [])


def refuses(statement: ast.stmt) -> bool:
    """Whether a statement raises what answers a person without the right."""
    match statement:
        case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
            return name in REFUSALS
    return False


def asks_for_a_right(test: ast.expr) -> bool:
    """Whether a condition asks what somebody may or sees."""
    names = [
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(test)
        if isinstance(node, ast.Name | ast.Attribute)
    ]
    return any(name.startswith("may_") or name == "sees" for name in names)


def wrapped(path: Path) -> tuple[ast.Module, list[str]]:
    """A file with its checks wrapped, and their names."""
    wrapper = Wrapper(path)
    tree = ast.fix_missing_locations(wrapper.visit(ast.parse(path.read_text(encoding="utf-8"))))
    return tree, wrapper.sites


def every_site() -> list[str]:
    """All checks of the application."""
    files = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return [site for path in files if "migrations" not in path.parts for site in wrapped(path)[1]]


class Loader(importlib.machinery.SourceFileLoader):
    """Compiles the wrapped source, never what was compiled before."""

    def get_code(self, fullname: str) -> Any:
        tree, _sites = wrapped(Path(self.path))
        return compile(tree, self.path, "exec", dont_inherit=True)


class Finder(importlib.abc.MetaPathFinder):
    """Finds the application's own modules before anybody else does."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname.partition(".")[0] not in ROOMS or ".migrations" in fullname:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = Loader(spec.loader.name, spec.loader.path)
        return spec


# --- As a plugin of pytest


def pytest_addoption() -> None:
    """Wrap what is imported from here on. It adds no option: of pytest's hooks it is called before all others."""
    sys.meta_path.insert(0, Finder())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what starts servers, and begin with what was written to prove checks."""
    items[:] = [item for item in items if not {"server", "browser"} & set(getattr(item, "fixturenames", ()))]
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


def pytest_collection_finish() -> None:
    """Repeat each request of the table of addresses."""
    caller = import_module("tests.reliability.matrix").Caller
    caller.ask = asked_again(caller.ask)


def asked_again(ask: Callable[..., Any]) -> Callable[..., Any]:
    """A request, and once more for each check that refused it and is not proved, without it."""
    forget_all = import_module("core.kept").forget_all

    @wraps(ask)
    def asked(caller: Any, method: str, path: str) -> Any:
        before, now.refused = now.refused, set()
        answer = ask(caller, method, path)
        fresh, now.refused = now.refused, before | now.refused
        for site in sorted(fresh):
            if not now.taken_away and now.is_worth_a_try(site):
                now.taken_away = site
                forget_all()
                if ask(caller, method, path).status_code != answer.status_code:
                    note(site, "proved", f"{method} {path}")
                now.taken_away = ""
                forget_all()
        now.refused = before | fresh
        return answer

    return asked


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test as it is; then once for each check that refused somebody in it and is not proved, without it."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = once_more(item, without="")
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    if not fails(reports):
        is_short = sum(report.duration for report in reports) < LONGEST
        for site in sorted(now.refused.copy()):
            note(site, "refused", item.nodeid)
            if is_short and now.is_worth_a_try(site) and fails(once_more(item, without=site)):
                note(site, "proved" if not fails(once_more(item, without="")) else "muddled", item.nodeid)
    item.session._setupstate.teardown_exact(nextitem)  # as pytest's own repeating plugins do
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def once_more(item: pytest.Item, *, without: str) -> list[Any]:
    """The reports of a test that runs with a check away."""
    now.taken_away = without
    if not without:
        now.refused.clear()
    try:
        item._initrequest()  # type: ignore[attr-defined]
        return runtestprotocol(item, nextitem=item.parent, log=False)  # type: ignore[arg-type]  # keeps what the file shares
    finally:
        now.taken_away = ""


def fails(reports: Iterable[Any]) -> bool:
    """Whether a test failed."""
    return any(report.failed for report in reports)


def note(site: str, what: str, test: str) -> None:
    """Write down, for all workers, what a test said of a check; the first to say so stands."""
    path = place(site, what)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"site": site, "test": test}), encoding="utf-8")


def is_noted(site: str, what: str) -> bool:
    """Whether any worker wrote that down."""
    return place(site, what).exists()


def place(site: str, what: str) -> Path:
    """Where that is written."""
    return NOTES / what / hashlib.sha256(site.encode()).hexdigest()[:20]


# --- As a command


def main() -> None:
    """Run the tests, then name each check that none of them proved. Ends with 1 when there is one."""
    if not sys.argv[1:]:
        shutil.rmtree(NOTES, ignore_errors=True)
    NOTES.mkdir(parents=True, exist_ok=True)
    sites = every_site()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "scripts.mutants", *sys.argv[1:]]
    ended = subprocess.run(command, cwd=ROOT, env=os.environ | {"BROWSER_TESTS": "skip"}, check=False)
    unproved = [site for site in sites if not is_noted(site, "proved")]
    for site in unproved:
        said = "refused somebody, and no test missed it" if is_noted(site, "refused") else "refused nobody"
        sys.stdout.write(f"not proved: {site}: {said}\n")
    sys.stdout.write(f"{len(sites)} checks of rights, {len(sites) - len(unproved)} proved\n")
    sys.exit(bool(unproved or ended.returncode))


if __name__ == "__main__":
    main()
