"""Pages walked in a real browser: the content security policy has nothing to report (R29)."""

import re

import pytest

from tests.routes import furnish

# tests/browser/test_every_page.py walks on, through every kind of page, and hears of reports too.
MOST_PAGES = 15
NOTE = """
window.reports = [];
addEventListener("securitypolicyviolation", (event) => {
  window.reports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""
STARTS = {
    "casey": ["/d/larkspur/", "/accounts/security/"],
    "ada": ["/d/larkspur/", "/styleguide/", "/api/v1/docs/"],
    "mina": ["/d/larkspur/"],
}
DOWNLOADS = r"logout|\.(csv|pdf|json|zip)$|\.csv\?|/iep-..\.html$|/export|/schema/|/files?/|photo"


def kind(path: str) -> str:
    """One page of each kind is enough."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", path.partition("?")[0])


@pytest.mark.parametrize("who", STARTS)
def test_walk_through_the_pages_breaks_no_policy(new_page, committed_cast, who):
    furnish(committed_cast.student, committed_cast.casey, "Hereabouts")
    page = new_page(getattr(committed_cast, who).person)
    page.add_init_script(NOTE)
    waiting, seen, reports = list(STARTS[who]), {}, []
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        if kind(path) in seen:
            continue
        answer = page.goto(path)
        seen[kind(path)] = answer.status
        reports += [(path, report) for report in page.evaluate("window.reports")]
        links = page.eval_on_selector_all("a[href^='/']", "all => all.map((one) => one.getAttribute('href'))")
        waiting += [link.partition("#")[0] for link in links if not re.search(DOWNLOADS, link)]

    assert reports == []
    assert len(seen) > 5, seen
    assert not {path for path, status in seen.items() if status >= 500}


def test_policy_would_report_what_comes_from_elsewhere(browser, server):
    """The walk above is worth something."""
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    page.add_init_script(NOTE)
    page.goto("/accounts/login/")

    page.evaluate(
        "() => { const one = document.createElement('img'); one.src = 'https://elsewhere.example/x.png';"
        " document.body.append(one); }"
    )
    page.wait_for_function("window.reports.length > 0")

    assert "img-src" in page.evaluate("window.reports")[0]
    context.close()
