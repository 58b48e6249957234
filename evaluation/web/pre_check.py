"""The public pre-check: the facts of a site beside the criteria, without an account; nothing of it is stored."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from rest_framework.throttling import ScopedRateThrottle

from accounts import clock
from accounts.errors import Invalid, Problem
from accounts.formats import with_colon
from accounts.policies import is_holder
from accounts.templatetags.desk import error_target
from evaluation.codes import UnreadableCode, encode
from evaluation.partial import readable_facts
from evaluation.pre_checks import answer_to, stated_facts
from evaluation.rules.facts import Facts
from evaluation.rules.parse import facts_as_json
from evaluation.selectors.rounds import opened_batches
from evaluation.web.entry import Entry
from evaluation.web.entry_pages import blocks, fresh_certificate, fresh_supplement, shown_entry, typed_entry
from evaluation.web.filing_parts import laws_of
from evaluation.web.pre_check_answer import answer_view
from evaluation.web.pre_check_parts import LONGEST_CODE, blank, code_fault, example, facts_in, label_of, usual_batch

LONGEST_ADDRESS: Final = 1_800
"""Characters of a code that a link still carries everywhere; a longer one is only given as text."""
TOO_MANY: Final = 429


@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class PreCheck(View):
    """Takes the entry from the fields, from a link or from a pasted code, and answers on the same page.

    Exempt from the check on forgery: a request changes nothing, so there is nothing to forge, and no cookie is needed.
    """

    throttle_scope = "pre-checks"

    def get(self, request: HttpRequest) -> HttpResponse:
        usual = usual_batch(clock.today())
        if "entry" in request.GET:
            return self._opened(request, request.GET["entry"], usual)
        if "example" in request.GET:
            return self._shown(request, stated_facts(example(usual)), usual)
        return self._page(request, shown_entry(blank(usual), usual=usual), None, usual)

    def post(self, request: HttpRequest) -> HttpResponse:
        usual = usual_batch(clock.today())
        if "code" in request.POST:
            return self._opened(request, request.POST["code"], usual)
        entry = typed_entry(request.POST, usual=usual)
        document = entry.document()
        if not ScopedRateThrottle().allow_request(request, self):  # type: ignore[arg-type]  # reads who asks and whence
            entry.general = [_("Too many pre-checks in a short time. Wait a minute and try again.")]
            return self._page(request, entry, None, usual, status=TOO_MANY)
        try:
            facts = stated_facts(document)
        except Invalid as refused:
            return self._faulty(request, entry, document, list(refused.problems), usual)
        return self._faulty(request, entry, document, [], usual) if entry.misfits else self._told(request, entry, facts)

    def _told(self, request: HttpRequest, entry: Entry, facts: Facts) -> HttpResponse:
        return self._page(request, entry, facts, usual_batch(clock.today()))

    def _faulty(
        self, request: HttpRequest, entry: Entry, document: Mapping[str, Any], found: list[Problem], usual: Any
    ) -> HttpResponse:
        """Each fault at its field; what can be judged without the faulty parts is judged all the same."""
        facts = readable_facts(document)
        entry.mark(found)
        if "answer" in request.POST and not request.headers.get("HX-Request"):
            return self._page(request, entry, facts, usual, status=422)
        return self._page(request, entry, facts, usual, calm=True)

    def _opened(self, request: HttpRequest, code: str, usual: Mapping[str, Any]) -> HttpResponse:
        try:
            facts = facts_in(code)
        except UnreadableCode as unread:
            entry = shown_entry(blank(usual), usual=usual)
            entry.general = [code_fault(unread)]
            return self._page(request, entry, None, usual, status=422, code=code[:LONGEST_CODE])
        return self._shown(request, facts, usual)

    def _shown(self, request: HttpRequest, facts: Facts, usual: Mapping[str, Any]) -> HttpResponse:
        return self._page(request, shown_entry(facts_as_json(facts), usual=usual), facts, usual)

    def _page(
        self,
        request: HttpRequest,
        entry: Entry,
        facts: Facts | None,
        usual: Mapping[str, Any],
        *,
        status: int = 200,
        code: str = "",
        calm: bool = False,
    ) -> HttpResponse:
        """``calm``: while a person is still typing, faults are told beside the answer and not shouted at the fields."""
        faults = problems_of(entry)
        context = answer_context(request, facts) | {
            "left_out": faults if calm or facts is not None else [],
            "wanting": faults if calm and facts is None else [],
        }
        if request.headers.get("HX-Target") == "answer":
            return secret(render(request, "evaluation/pre_check/live.html", context))
        if calm:
            entry = typed_entry(request.POST, usual=usual)
        context |= page_context(entry, usual) | {"problems": [] if calm else faults, "code": code, "public_page": True}
        return secret(render(request, "evaluation/pre_check/page.html", context, status=status))


def answer_context(request: HttpRequest, facts: Facts | None) -> dict[str, Any]:
    """The answer with its code and, where it is short enough, its link."""
    if facts is None:
        return {"answer": None}
    code = encode(facts)
    link = f"{reverse('evaluation:pre-check')}?entry={code}" if len(code) <= LONGEST_ADDRESS else ""
    user = request.user
    return {
        "answer": answer_view(answer_to(facts, opened=opened_batches())),
        "entry_code": code if len(code) <= LONGEST_CODE else "",
        "entry_link": request.build_absolute_uri(link) if link else "",
        "language_next": link,
        "may_file": user.is_authenticated and is_holder(user),
    }


def page_context(entry: Entry, usual: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the page with the sentences of the criteria in force on its reference date."""
    on = date.fromisoformat(usual["reference_on"])
    return {
        "entry": entry,
        "main": entry.main,
        "open": entry.main.opened(),
        "certificates": blocks(entry.certificates),
        "supplements": blocks(entry.supplements),
        "fresh_certificate": fresh_certificate(entry),
        "fresh_supplement": fresh_supplement(entry),
        "laws": {step: laws_of(step, on, ["ADULT"]) for step in ("centre", "certificates", "allografts", "laboratory")},
    }


def problems_of(entry: Entry) -> list[dict[str, str]]:
    """Every fault with the way to its field."""
    told = [{"message": message, "href": ""} for message in entry.general]
    for part in entry.parts():
        for field in part:
            for message in field.errors if part.is_bound else ():
                told.append({"message": f"{with_colon(label_of(field))} {message}", "href": f"#{error_target(field)}"})
    return told


def secret(response: HttpResponse) -> HttpResponse:
    """What a person entered stays in no cache."""
    response["Cache-Control"] = "no-store"
    return response
