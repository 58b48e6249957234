"""Acts on a site: correct, rule, resolve, judge, record the Bureau's ruling, each with its reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import NotFound
from evaluation.board.differences import difference_view
from evaluation.board.findings import earlier_judgements, screen_language
from evaluation.board.lines import lines_of
from evaluation.differences import Difference, differences_of_site
from evaluation.enums import JudgedCriterion
from evaluation.facts import site_records
from evaluation.models import Input, Judgement, Supplement
from evaluation.rules.explain import criterion_name
from evaluation.services.differences import resolve_difference
from evaluation.services.inputs import correct_input, rule_supplement
from evaluation.services.judgements import record_judgement
from evaluation.services.rulings import record_bureau_ruling
from evaluation.web.act import SiteAct, StatedAct, page_of_site
from evaluation.web.corrections import CORRECTIONS
from evaluation.web.forms import (
    BureauForm,
    JudgeForm,
    ReasonForm,
    ResolveForm,
    RulingForm,
)


class Correct(StatedAct):
    kind = "input"

    def form(self, data: Any = None) -> forms.Form:
        if not isinstance(self.stated, Input) or self.stated.field not in CORRECTIONS:
            raise NotFound
        form_class = CORRECTIONS[self.stated.field]
        return form_class(data, initial=form_class.initial_of(self.stated.value))

    def context(self) -> dict[str, object]:
        title = _("Correct an input")
        return {"title": title, "action": _("Correct and confirm"), "done": _("Corrected."), **self.about()}

    def act(self, form: Any) -> None:
        if not isinstance(self.stated, Input):
            raise NotFound
        reason = form.cleaned_data["reason"]
        correct_input(self.stated, value=form.value(), reason=reason, by=self.user, at=clock.now())


class Rule(StatedAct):
    kind = "supplement"
    form_class = RulingForm

    def form(self, data: Any = None) -> forms.Form:
        return RulingForm(data, initial={"ruling": getattr(self.stated, "ruling", "")})

    def context(self) -> dict[str, object]:
        title = _("Rule on transplantations outside the insurance")
        return {"title": title, "action": _("Record the ruling"), "done": _("Ruling recorded."), **self.about()}

    def act(self, form: Any) -> None:
        if not isinstance(self.stated, Supplement):
            raise NotFound
        rule_supplement(self.stated, **form.cleaned_data, by=self.user, at=clock.now())


class Resolve(SiteAct):
    """The address names what the sources say: when one of them changes, it leads to nothing any more."""

    template_name = "evaluation/resolve.html"

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.sha256: str = kwargs["sha256"]
        record = site_records(self.batch, [self.centre])[self.centre.pk]
        found = [each for each in differences_of_site(record) if each.sha256 == self.sha256 and each.is_open]
        self.found: Difference | None = found[0] if found else None

    def back(self) -> str:
        return page_of_site(self.batch, self.centre, "differences")

    def form(self, data: Any = None) -> forms.Form:
        if self.found is None or not self.found.blocks:
            return ReasonForm(data)
        choices = [(str(place), self._choice(place)) for place in range(len(self.found.sources))]
        return ResolveForm(data, choices=choices)

    def _choice(self, place: int) -> str:
        view = difference_view(self.found).sources[place] if self.found else None
        return f"{view.value} ({view.who})" if view else ""

    def context(self) -> dict[str, object]:
        listed = self.found is not None and not self.found.blocks
        return {
            "title": _("Note what does not agree") if listed else _("Resolve a contradiction"),
            "action": _("Record that it is noted") if listed else _("Record what holds"),
            "done": _("Noted.") if listed else _("Contradiction resolved."),
            "centre": self.centre,
            "difference": difference_view(self.found) if self.found else None,
            "settled": "" if self.found else _("There is no contradiction here any more."),
        }

    def act(self, form: Any) -> None:
        place = form.cleaned_data.get("chosen")
        resolve_difference(
            self.batch,
            self.centre,
            sha256=self.sha256,
            chosen=None if place is None else int(place),
            reason=form.cleaned_data["reason"],
            by=self.user,
            at=clock.now(),
        )


class Judge(SiteAct):
    form_class = JudgeForm

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.name: str = kwargs["criterion"]
        if self.name not in JudgedCriterion.values:
            raise NotFound

    def criterion(self) -> str:
        return self.name

    def context(self) -> dict[str, object]:
        record = site_records(self.batch, [self.centre])[self.centre.pk]
        return {
            "title": f"{self.name} · {criterion_name(self.name, screen_language())}",
            "action": _("Record the judgement"),
            "done": _("Judgement recorded. Another person countersigns it."),
            "centre": self.centre,
            "law": self.law(),
            "lines": lines_of(record, self.name),
            "judgement": record.judgements.get(self.name),
            "earlier": earlier_judgements(self.batch, self.centre, self.name),
        }

    def act(self, form: Any) -> None:
        form.require_seen(self.standing())
        given = form.cleaned_data
        record_judgement(self.batch, self.centre, criterion=self.name, **given, by=self.user, at=clock.now())

    def form(self, data: Any = None) -> forms.Form:
        standing = self.standing()
        return JudgeForm(data, initial={"seen": standing.pk if standing else ""})

    def standing(self) -> Judgement | None:
        about = {"batch": self.batch, "centre": self.centre, "criterion": self.name}
        return Judgement.objects.filter(**about, superseded_at=None).first()


class Bureau(SiteAct):
    form_class = BureauForm

    def form(self, data: Any = None) -> forms.Form:
        return BureauForm(data, self.request.FILES if data is not None else None)

    def criterion(self) -> str:
        return "C1a"

    def context(self) -> dict[str, object]:
        return {
            "title": _("Record the Bureau's ruling on the transition"),
            "action": _("Record the ruling"),
            "done": _("Ruling of the Bureau recorded."),
            "centre": self.centre,
            "law": self.law(),
        }

    def act(self, form: Any) -> None:
        record_bureau_ruling(self.batch, self.centre, **form.cleaned_data, by=self.user, at=clock.now())
