"""Acts on a file: ask its holder a question, decide its admissibility."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import NotFound
from applications.enums import EvidenceSlot
from applications.policies import may_decide_admissibility
from applications.services.admission import decide_admissibility
from applications.services.questions import ask_question
from applications.states import may_move
from evaluation.admissibility import PERSON_ITEMS, AdmissibilityFinding, admissibility_findings
from evaluation.board.cited import cited_pre_check
from evaluation.board.findings import screen_language
from evaluation.dossiers.words import ADMISSIBILITY_REASONS
from evaluation.law import criteria_on
from evaluation.rules.explain import criterion_name
from evaluation.services.admissibility import check_admissibility_item
from evaluation.web.act import FileAct, page_of_site
from evaluation.web.forms import AdmissibilityForm, ItemForm, QuestionForm


class Ask(FileAct):
    form_class = QuestionForm

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.name: str = kwargs["criterion"]
        if self.name not in criteria_on(self.batch.reference_on).order:
            raise NotFound

    def back(self) -> str:
        return page_of_site(self.batch, self.application.centre, self.name)

    def context(self) -> dict[str, object]:
        about = {"reference": self.application.reference, "criterion": self.name}
        return {
            "title": _("Ask a question about %(reference)s, %(criterion)s") % about,
            "text": _("%(holder)s sees the question and answers it beside its file.")
            % {"holder": self.application.holder.name},
            "action": _("Send the question"),
            "done": _("Question sent."),
            "centre": self.application.centre,
        }

    def act(self, form: Any) -> None:
        text = form.cleaned_data["text"]
        ask_question(self.application, criterion=self.name, text=text, by=self.user, at=clock.now())


class Admissibility(FileAct):
    template_name = "evaluation/admissibility.html"
    form_class = AdmissibilityForm

    def back(self) -> str:
        return reverse("evaluation:board", args=[self.batch.code])

    def form(self, data: Any = None) -> forms.Form:
        return AdmissibilityForm(data, may_admit=may_move(self.application, "admit", self.user))

    def context(self) -> dict[str, object]:
        language = screen_language()
        found = admissibility_findings(self.application, batch=self.batch)
        open_ = may_decide_admissibility(self.user, self.application)
        return {
            "title": _("Admissibility of %(reference)s") % {"reference": self.application.reference},
            "action": _("Record the result"),
            "done": _("Recorded."),
            "application": self.application,
            "items": [(item, criterion_name(item.id, language), _in_words(item)) for item in found],
            "by_person": PERSON_ITEMS if open_ else (),
            "settled": "" if open_ else _("Nothing is to be decided on its admissibility any more."),
            "centre": self.application.centre,
            "cited": cited_pre_check(self.application),
        }

    def act(self, form: Any) -> None:
        decide_admissibility(self.application, **form.cleaned_data, by=self.user, at=clock.now())


class CheckItem(FileAct):
    """AD1 or AD5: what no rule can tell, a named person says."""

    form_class = ItemForm

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.item: str = kwargs["item"]
        if self.item not in PERSON_ITEMS:
            raise NotFound

    def back(self) -> str:
        return reverse("evaluation:admissibility", args=[self.batch.code, self.application.number])

    def context(self) -> dict[str, object]:
        name = criterion_name(self.item, screen_language())
        open_ = may_decide_admissibility(self.user, self.application)
        return {
            "title": f"{self.item} · {name}",
            "text": str(self.application.reference),
            "action": _("Record the result"),
            "done": _("Recorded."),
            "settled": "" if open_ else _("Nothing is to be decided on its admissibility any more."),
            "centre": self.application.centre,
        }

    def act(self, form: Any) -> None:
        check_admissibility_item(self.application, item=self.item, **form.cleaned_data, by=self.user, at=clock.now())


def _in_words(item: AdmissibilityFinding) -> str:
    """A person's reason as it was written; what the rules found, as a sentence."""
    code, _separator, slots = item.reason.partition(": ")
    if item.said_by or code not in ADMISSIBILITY_REASONS:
        return item.reason
    names = ", ".join(str(EvidenceSlot(slot).label) for slot in slots.split(", ") if slot)
    return f"{ADMISSIBILITY_REASONS[code]} {names}".strip()
