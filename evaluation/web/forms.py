"""What a reviewer decides: always a reason, and a value where one is due."""

from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.errors import SENTENCES, Conflict, sentence
from applications.enums import AdmissibilityState
from applications.pdf import PdfLimits
from applications.services.annexes import MEGABYTE
from evaluation.enums import CapacityValue, JudgedValue, SupplementRuling
from evaluation.services.rulings import Minutes

LONG = forms.Textarea(attrs={"rows": 4})
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=LONG)


class SeenForm(forms.Form):
    """Remembers what stood when the page was opened, so that nobody replaces what they did not see."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def require_seen(self, standing: Model | None) -> None:
        """Raises Conflict when something else stands now; sent again, the form has seen that too."""
        now = "" if standing is None else str(standing.pk)
        if self.cleaned_data.pop("seen") != now:
            self.data = {**self.data.dict(), "seen": now} if isinstance(self.data, QueryDict) else self.data
            raise Conflict("judgement-replaced")


class JudgeForm(SeenForm):
    value = forms.ChoiceField(label=_("Conclusion"), choices=JudgedValue.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=5_000, widget=LONG)


class CapacityForm(SeenForm):
    value = forms.ChoiceField(
        label=_("What the extension meets"), choices=CapacityValue.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Reason"), max_length=5_000, widget=LONG)


class RulingForm(forms.Form):
    ruling = forms.ChoiceField(label=_("Ruling"), choices=SupplementRuling.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=LONG)


class BureauForm(forms.Form):
    confirms = forms.TypedChoiceField(
        label=_("The Bureau"),
        choices=[("yes", _("confirms the transition")), ("no", _("does not confirm the transition"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    ruled_on = forms.DateField(label=_("Day of the ruling"), widget=DAY)
    minutes_reference = forms.CharField(label=_("Reference of the minutes"), max_length=100)
    minutes = forms.FileField(
        label=_("Minutes of the Bureau (PDF)"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"required": SENTENCES["minutes-file-missing"], "empty": SENTENCES["annex-broken"]},
    )

    def clean_minutes(self) -> Minutes:
        """Read only when it is not larger than what is looked at."""
        upload, limits = self.cleaned_data["minutes"], PdfLimits()
        if upload.size > limits.size:
            raise forms.ValidationError(sentence("annex-too-large", {"limit": limits.size // MEGABYTE}))
        return Minutes(upload.name, upload.read())


class QuestionForm(forms.Form):
    text = forms.CharField(label=_("Question to the holder"), max_length=2_000, widget=LONG)


class AdmissibilityForm(forms.Form):
    result = forms.ChoiceField(label=_("Result"), choices=AdmissibilityState.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        required=False,
        widget=LONG,
        help_text=_("Needed unless the file is admissible."),
    )

    def __init__(self, *args: Any, may_admit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["result"]
        if not may_admit and isinstance(field, forms.ChoiceField):
            refused = AdmissibilityState.INADMISSIBLE
            field.choices = [(refused.value, refused.label)]


class ItemForm(forms.Form):
    result = forms.ChoiceField(label=_("Result"), choices=AdmissibilityState.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=LONG)


class ResolveForm(forms.Form):
    chosen = forms.ChoiceField(label=_("What holds"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=LONG)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["chosen"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
