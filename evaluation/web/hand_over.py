"""An application from a pre-check: the code gives the entry, a person sees what goes over and what does not."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from accounts import clock
from accounts.errors import Invalid, Unavailable
from accounts.formats import with_colon
from accounts.models import User
from accounts.templatetags.desk import site_number
from applications.enums import StatementField
from applications.selectors import batch_for, holder_of
from applications.web.access import filer
from applications.web.forms.start import RequestForm
from centres.enums import Population
from centres.models import Centre
from evaluation.codes import UnreadableCode
from evaluation.rules.facts import Facts
from evaluation.services.handing_over import HandOver, hand_over, start_from_entry
from evaluation.web.pre_check_parts import LONGEST_CODE, code_fault, facts_in

LEFT: Final[Mapping[str, str | Promise]] = {
    "booked": gettext_lazy("Booked figures: only RIZIV-INAMI's own count, and only as it delivers it."),
    "judged": gettext_lazy("What you expect persons to conclude: they judge on the file itself."),
    "ruled": gettext_lazy("Rulings: the Bureau and the secretariat make their own."),
    "years": gettext_lazy("Figures of years that the batch does not ask for."),
    "doubles": gettext_lazy("Of two certificates or lines with the same number, the second."),
    "days": gettext_lazy("Reference date, booked years and day of the vote: those of the batch apply."),
}


class HandOverForm(RequestForm):
    """What an entry does not say: which product, in which language, whom to ask."""

    populations = None  # type: ignore[assignment]  # the entry says for whom
    external_reference = None  # type: ignore[assignment]  # given later, in the draft
    contact_email = forms.EmailField(label=gettext_lazy("E-mail address for questions"))


class StartFromEntry(View):
    """Asks for the code, then for a yes; nothing is written before that."""

    def get(self, request: HttpRequest) -> HttpResponse:
        filer(request)
        return render(request, "evaluation/pre_check/from_code.html", {"code": ""})

    def post(self, request: HttpRequest) -> HttpResponse:
        user, code = filer(request), request.POST.get("code", "")
        try:
            facts = facts_in(code)
        except UnreadableCode as unread:
            return self._refused(request, code, code_fault(unread))
        number = facts.administration_site
        centre = Centre.objects.filter(site_number=number).select_related("hospital").first()
        if centre is None:
            unknown = _(
                "The desk does not know the site %(site)s yet. Ask the secretariat to add it; the code stays good."
            )
            return self._refused(request, code, unknown % {"site": site_number(number)})
        handed = hand_over(facts, years=_years(facts))
        if "confirm" not in request.POST:
            return self._ask(request, _first_form(user), centre, handed)
        return self._start(request, user, centre, handed)

    def _start(self, request: HttpRequest, user: User, centre: Centre, handed: HandOver) -> HttpResponse:
        form = HandOverForm(request.POST)
        form.offer_paragraphs(holder_of(user))
        if not form.is_valid():
            return self._ask(request, form, centre, handed, status=422)
        try:
            draft = start_from_entry(
                handed,
                code="".join(request.POST["code"].split()),
                holder=holder_of(user),
                centre=centre,
                by=user,
                at=clock.now(),
                **form.cleaned_data,
            )
        except Invalid as refused:
            for fault in refused.problems:
                name = fault.pointer.strip("/")
                told = str(fault.message) if name in form.fields else f"{with_colon(_told_place(name))} {fault.message}"
                form.add_error(name if name in form.fields else None, told)
            return self._ask(request, form, centre, handed, status=422)
        return redirect("evaluation:filing-step", draft.pk, "certificates")

    def _ask(
        self, request: HttpRequest, form: HandOverForm, centre: Centre, handed: HandOver, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form,
            "centre": centre,
            "taken": taken_rows(handed, centre),
            "left": [LEFT[kind] for kind in handed.left],
            "code": request.POST["code"],
        }
        return render(request, "evaluation/pre_check/hand_over.html", context, status=status)

    def _refused(self, request: HttpRequest, code: str, message: str) -> HttpResponse:
        context = {"code": code[:LONGEST_CODE], "problems": [{"message": message, "href": "#code"}]}
        return render(request, "evaluation/pre_check/from_code.html", context, status=422)


def _first_form(user: User) -> HandOverForm:
    form = HandOverForm(initial={"contact_email": user.email, "language": user.language.replace("en", "nl")})
    form.offer_paragraphs(holder_of(user))
    return form


def _years(facts: Facts) -> tuple[int, ...]:
    """The years of the batch that takes files in; those of the entry while there is none."""
    try:
        return batch_for(clock.today()).booked_years
    except Unavailable:
        return facts.booked_years


def taken_rows(handed: HandOver, centre: Centre) -> list[dict[str, Any]]:
    """What goes over, as the page lists it."""
    rows: list[dict[str, Any]] = [
        {"label": _("Site"), "value": f"{centre.hospital.name} — {centre.name}"},
        {"label": _("For whom?"), "value": [str(Population(each).label) for each in handed.populations]},
        {"label": _("Site of apheresis"), "value": site_number(handed.apheresis_site)},
        {"label": _("Site of the stem-cell laboratory"), "value": site_number(handed.laboratory_site)},
    ]
    by_field: dict[str, list[Any]] = {}
    for fact in handed.stated:
        by_field.setdefault(fact.field, []).append(fact)
    certificates = by_field.get(StatementField.CERTIFICATE, [])
    none = _("none at all") if StatementField.NO_CERTIFICATES in by_field else None
    declared = [f"{with_colon(fact.key)} {fact.value}" for fact in by_field.get(StatementField.DECLARED_ALLOGRAFTS, [])]
    lines = len(by_field.get(StatementField.SUPPLEMENT, []))
    outside = ngettext("%(n)s line", "%(n)s lines", lines) % {"n": lines} if lines else None
    application = by_field.get(StatementField.IEC_APPLICATION)
    running = site_number(application[0].value["site"]) if application else None
    return [
        *rows,
        {"label": _("JACIE certificates"), "value": none or [fact.key for fact in certificates]},
        {"label": _("Running application for immune effector cells"), "value": running},
        {"label": _("The hospital's own count"), "value": declared},
        {"label": _("Transplantations outside the insurance"), "value": outside},
    ]


def _told_place(pointer: str) -> str:
    """Where in the entry a statement is at fault: ``statements/certificate/JACIE-1/number``."""
    return " · ".join(pointer.removeprefix("statements/").split("/")[1:]) or pointer
