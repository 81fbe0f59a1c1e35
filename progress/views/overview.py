"""The page of goals of all students: what asks for a decision, what has no data, what was mastered; as a file too."""

import csv
import io

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.http import ActorRequest, never_stored, page
from progress import mutations, queries
from progress.views.goals import cell

MOST_EXPORTED = 2000


class OverviewForm(forms.Form):
    """What narrows the list, from its address."""

    show = forms.ChoiceField(choices=[(each.value, each.value) for each in queries.Looked], required=False)
    days = forms.IntegerField(min_value=1, max_value=queries.MOST_DAYS, required=False)
    own = forms.BooleanField(required=False)
    school = forms.UUIDField(required=False)
    after = forms.UUIDField(required=False)

    def filters(self) -> queries.OverviewFilters:
        """What was asked for; what cannot be read counts for nothing."""
        self.is_valid()
        data = self.cleaned_data
        return queries.OverviewFilters(
            looked=queries.Looked(data.get("show") or queries.Looked.DECIDE),
            days=data.get("days") or queries.STANDARD_DAYS,
            is_own=bool(data.get("own")),
            school_id=data.get("school"),
        )


@require_GET
def overview(request: ActorRequest) -> HttpResponse:
    """Goals of all the students one sees."""
    form = OverviewForm(request.GET)
    filters = form.filters()
    found = queries.goals_overview(
        actor=request.actor, today=request.actor.today, filters=filters, after=form.cleaned_data.get("after")
    )
    base = "casefile/_bare.html" if request.headers.get("X-Live") else "shell.html"
    context = {
        "page": found,
        "base": base,
        "active": "progress",
        "query": request.GET,
    }
    return page(request, "progress/overview.html", context)


@require_POST
def overview_csv(request: ActorRequest) -> HttpResponse:
    """The list as a file for a spreadsheet; that it was taken along is written down on each student."""
    filters = OverviewForm(request.GET).filters()
    rows = mutations.export_overview(
        actor=request.actor, today=request.actor.today, filters=filters, most=MOST_EXPORTED
    )
    out = io.StringIO()
    out.write("\ufeff")  # so that spreadsheets read accents
    writer = csv.writer(out)
    heads = (_("Student"), _("School"), _("Goal"), _("Status"), _("Level"), _("Unit"), _("Target"))
    writer.writerow([*heads, _("Last score"), _("School days without a score"), _("Mastered")])
    for row in rows:
        writer.writerow(
            [
                cell(row.name),
                cell(row.school_name),
                cell(row.title),
                row.status.value,
                "" if row.current is None else row.current,
                cell(row.unit),
                row.target,
                row.last_on.isoformat() if row.last_on else "",
                "" if row.quiet_days is None else row.quiet_days,
                row.mastered_on.isoformat() if row.mastered_on else "",
            ]
        )
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="goals.csv"'
    return never_stored(response)
