"""The page of the district's decision rule."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Invalid
from core.http import ActorRequest, form_errors, page, say, see_other
from progress import mutations, queries
from progress.forms import RuleForm


@require_http_methods(["GET", "POST"])
def decision_rule(request: ActorRequest) -> HttpResponse:
    """The numbers of the rule, what they do in words, and the order of prompts."""
    found = queries.rule_page(actor=request.actor)
    form = RuleForm(request.POST or None, initial=dict(found.values))
    is_sent = request.method == "POST"
    if is_sent and form.is_valid():
        try:
            mutations.set_decision_rule(actor=request.actor, values=form.cleaned_data)
        except Invalid as error:
            form_errors(form, error)
        else:
            say(request, _("Saved. The status of every goal follows tonight."))
            return see_other(reverse("progress:decision-rule"))
    context = {"page": found, "rule": found.values, "form": form, "active": "district"}
    return page(request, "progress/decision_rule.html", context, status=Invalid.status if is_sent else 200)
