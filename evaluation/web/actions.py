"""Acts on a site: correct, rule, resolve, judge, record the Bureau's ruling, each with its reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import NotFound
from evaluation.board.findings import earlier_judgements, screen_language
from evaluation.board.lines import line_of, lines_of
from evaluation.enums import JudgedCriterion
from evaluation.facts import contradictions, site_records
from evaluation.models import Input, Judgement, Supplement
from evaluation.models.inputs import Stated
from evaluation.rules.explain import criterion_name
from evaluation.services.inputs import correct_input, resolve_contradiction, rule_supplement
from evaluation.services.judgements import record_bureau_ruling, record_judgement
from evaluation.web.act import SiteAct, StatedAct
from evaluation.web.forms import (
    CORRECTIONS,
    BureauForm,
    JudgeForm,
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


class Resolve(StatedAct):
    """The address names any of the statements that contradict each other."""

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        record = site_records(self.batch, [self.centre])[self.centre.pk]
        found = [each for each in contradictions(record) if self.stated.pk in {row.pk for row in each.inputs}]
        self.rows: tuple[Stated, ...] = found[0].inputs if found else ()

    def form(self, data: Any = None) -> forms.Form:
        return ResolveForm(data, choices=[(str(row.pk), self._choice(row)) for row in self.rows])

    def _choice(self, row: Stated) -> str:
        stated_by = row.application.reference if row.application else str(row.stated_by)
        return f"{line_of(row).value} ({stated_by})"

    def context(self) -> dict[str, object]:
        return {
            **self.about(),
            "title": _("Resolve a contradiction"),
            "action": _("Record what holds"),
            "done": _("Contradiction resolved."),
            "lines": [line_of(row, contradicted=True) for row in self.rows],
            "settled": "" if self.rows else _("There is no contradiction here any more."),
        }

    def act(self, form: Any) -> None:
        chosen = next(row for row in self.rows if str(row.pk) == form.cleaned_data["chosen"])
        resolve_contradiction(chosen, reason=form.cleaned_data["reason"], by=self.user, at=clock.now())


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
