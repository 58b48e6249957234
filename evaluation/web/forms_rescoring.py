"""What is asked of a re-scoring: one form for each kind of question, with only the fields it needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Batch
from evaluation.board.findings import screen_language
from evaluation.enums import RescoringKind
from evaluation.law import criteria_versions
from evaluation.register import alternatives, option_in_words
from evaluation.services.rescoring_questions import HIGHEST, counting_criteria
from evaluation.simulation import Question
from evaluation.web.forms_sitting import day_field


class ScopeForm(forms.Form):
    """Which stored evaluations are judged again."""

    batch = forms.ModelChoiceField(
        label=_("Batch"),
        queryset=Batch.objects.order_by("-year", "-half"),
        required=False,
        empty_label=_("All batches"),
    )
    with_superseded = forms.BooleanField(
        label=_("Superseded evaluations too"),
        help_text=_("Without this only the evaluation that stands of each file is judged again."),
        required=False,
    )
    field_order: list[str] | None = None

    def question(self) -> Question:
        raise NotImplementedError


class VersionForm(ScopeForm):
    version = forms.ChoiceField(label=_("Version of the criteria"))
    field_order = ["version"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "version", [(each.version, each.version) for each in criteria_versions()])

    def question(self) -> Question:
        return Question(RescoringKind.VERSION, version=self.cleaned_data["version"])


class DateForm(ScopeForm):
    on = day_field(
        _("Reference date"), _("A vote held before that day is left out. The criteria in force on that day judge.")
    )
    field_order = ["on"]

    def question(self) -> Question:
        return Question(RescoringKind.DATE, reference_on=self.cleaned_data["on"])


class ReadingForm(ScopeForm):
    reading = forms.ChoiceField(label=_("Reading and the option to try"))
    field_order = ["reading"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = screen_language()
        known = [
            (f"{each.reading}:{each.option}", f"{each.reading} · {option_in_words(each, language)}")
            for each in alternatives()
        ]
        _choose(self, "reading", known)

    def question(self) -> Question:
        reading, _colon, option = self.cleaned_data["reading"].partition(":")
        return Question(RescoringKind.READING, reading=reading, option=int(option))


class MinimumForm(ScopeForm):
    criterion = forms.ChoiceField(label=_("Criterion"))
    first = forms.IntegerField(
        label=_("Lowest minimum"),
        help_text=_("Over the booked years together, such as 84 for 28 a year."),
        min_value=1,
        max_value=HIGHEST,
    )
    last = forms.IntegerField(
        label=_("Highest minimum"), help_text=_("Empty for one value."), min_value=1, max_value=HIGHEST, required=False
    )
    field_order = ["criterion", "first", "last"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "criterion", [(each, each) for each in counting_criteria()])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first is not None and last is not None and last < first:
            self.add_error("last", _("The highest minimum is not below the lowest."))
        return given

    def question(self) -> Question:
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        values = tuple(range(first, (last or first) + 1))
        return Question(RescoringKind.MINIMUM, criterion=self.cleaned_data["criterion"], values=values)


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # fields are typed as plain fields


FORMS: dict[str, type[ScopeForm]] = {
    RescoringKind.MINIMUM: MinimumForm,
    RescoringKind.READING: ReadingForm,
    RescoringKind.VERSION: VersionForm,
    RescoringKind.DATE: DateForm,
}
