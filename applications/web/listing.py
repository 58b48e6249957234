"""My applications: search, filters, pages, and the same as CSV."""

from collections.abc import Iterator, Sequence
from typing import Any

import django_filters
import django_tables2
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.downloads import csv_response
from accounts.policies import is_holder
from applications.enums import ApplicationState
from applications.models import Application
from applications.selectors.batches import newest_batches
from applications.web.access import person
from centres.enums import Population

ROWS_A_PAGE = 25


class ApplicationFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    q = django_filters.CharFilter(method="search")
    state = django_filters.ChoiceFilter(choices=ApplicationState)
    batch = django_filters.CharFilter(method="in_batch")

    class Meta:
        model = Application
        fields = ("q", "state", "batch")

    def search(self, rows: QuerySet[Application], _name: str, words: str) -> QuerySet[Application]:
        for word in words.replace("/", " ").split():
            found = Q(product__name__icontains=word) | Q(centre__name__icontains=word)
            found |= Q(centre__hospital__name__icontains=word) | Q(external_reference__icontains=word)
            found |= Q(paragraph__number__startswith=word) | Q(centre__site_number=word.replace(".", ""))
            if word.isdecimal() and len(word) <= len("9999"):
                found |= Q(number=int(word))
            rows = rows.filter(found)
        return rows

    def in_batch(self, rows: QuerySet[Application], _name: str, code: str) -> QuerySet[Application]:
        year, _dash, half = code.partition("-")
        return rows.filter(batch__year=year, batch__half=half) if year.isdecimal() and half.isdecimal() else rows.none()


class ApplicationTable(django_tables2.Table):  # type: ignore[misc]  # the package has no types
    reference = django_tables2.Column(
        verbose_name=gettext_lazy("Reference"), order_by=("batch__year", "batch__half", "number"), empty_values=()
    )
    product = django_tables2.Column(verbose_name=gettext_lazy("Product"), order_by="product__name")
    centre = django_tables2.Column(
        verbose_name=gettext_lazy("Site"), order_by=("centre__hospital__name", "centre__name")
    )
    populations = django_tables2.Column(verbose_name=gettext_lazy("For whom"), orderable=False)
    state = django_tables2.Column(verbose_name=gettext_lazy("State"))
    changed_at = django_tables2.DateTimeColumn(verbose_name=gettext_lazy("Last change"), format="d/m/Y H:i")

    class Meta:
        template_name = "components/table.html"
        order_by = "-changed_at"

    def render_reference(self, record: Application) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("applications:detail", args=[record.pk]), name_of(record))

    def render_populations(self, value: list[str]) -> str:
        return ", ".join(str(Population(name).label) for name in value)

    def render_state(self, record: Application) -> str:
        return render_to_string("applications/state_cell.html", {"state": record.state})


def name_of(application: Application) -> str:
    """The reference, the company's own before there is one, or that it is a draft."""
    return application.reference or _("draft of %(day)s") % {"day": application.created_at.strftime("%d/%m/%Y")}


@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """The files of one's company; those who read all see the submitted ones."""
    found = _found(request)
    table = ApplicationTable(found.qs)
    django_tables2.RequestConfig(request, paginate={"per_page": ROWS_A_PAGE, "silent": True}).configure(table)
    states = [(state.value, state.label) for state in ApplicationState]
    batches = [(batch.code, batch.code) for batch in newest_batches(6)]
    context = {
        "table": table,
        "words": request.GET.get("q", ""),
        "filtered": any(request.GET.get(name) for name in ("q", "state", "batch")),
        "state_chips": _chips(request, "state", _("all states"), states),
        "batch_chips": _chips(request, "batch", _("all batches"), batches),
        "may_start": is_holder(person(request)),
        "csv_query": request.GET.urlencode(),
    }
    return render(request, "applications/list.html", context)


@require_safe
def applications_csv(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV; text that a spreadsheet would act on is kept as text."""
    return csv_response(_csv_rows(request), file_name="applications.csv")


def _csv_rows(request: HttpRequest) -> Iterator[Sequence[object]]:
    columns = ("reference", "external_reference", "state", "product", "paragraph", "site_number", "site")
    yield (*columns, "populations", "changed_at")
    for row in _found(request).qs.order_by("-changed_at"):
        reference = row.reference if row.number else ""
        given = (reference, row.external_reference, row.state, row.product.name, row.paragraph.number)
        yield (*given, row.centre.site_number, row.centre, "|".join(row.populations), row.changed_at.isoformat())


def _found(request: HttpRequest) -> Any:
    rows = Application.objects.readable_by(person(request)).with_names()
    return ApplicationFilter(request.GET, queryset=rows)


def _chips(request: HttpRequest, name: str, everything: str, choices: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    chosen = request.GET.get(name, "")
    chips = []
    for value, label in [("", everything), *choices]:
        query = request.GET.copy()
        query.pop("page", None)
        query.pop(name, None)
        if value:
            query[name] = value
        chips.append({"label": label, "href": f"?{query.urlencode()}", "active": value == chosen})
    return chips
