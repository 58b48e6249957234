"""What is typed around a sitting: its day, who is there, proposals, votes, the Minister's decision."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.enums import BatchState
from applications.models import Application, Batch
from centres.models import CommitteeMandate
from evaluation.enums import BarredFrom, CapacityValue, ProposalKind, VoteValue
from evaluation.models import Meeting


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget)


def text_field(label: Any, *, rows: int = 4, limit: int = 5_000, required: bool = True, help_text: Any = "") -> Any:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=limit, required=required, help_text=help_text, widget=widget)


class ConveneForm(forms.Form):
    batch = forms.ModelChoiceField(label=_("Batch"), queryset=Batch.objects.none(), empty_label=None)
    held_on = day_field(_("Day of the sitting"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        batches = self.fields["batch"]
        if isinstance(batches, forms.ModelChoiceField):
            batches.queryset = Batch.objects.filter(state=BatchState.SEALED)


class RecusalForm(forms.Form):
    application = forms.ModelChoiceField(
        label=_("Application"), queryset=Application.objects.none(), empty_label=_("Choose…")
    )
    user = forms.ModelChoiceField(label=_("Member"), queryset=User.objects.none(), empty_label=_("Choose…"))
    barred_from = forms.ChoiceField(label=_("Barred from"), choices=BarredFrom.choices, widget=forms.RadioSelect)
    reason = text_field(_("Ruling of the Bureau"), rows=3, limit=2_000)

    def __init__(self, *args: Any, meeting: Meeting, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = CommitteeMandate.objects.in_force_on(meeting.held_on).values("user")
        self.fields["application"].queryset = (  # type: ignore[attr-defined]  # fields are typed as plain fields
            Application.objects.visible_to(by).filter(batch=meeting.batch_id).with_names()
        )
        self.fields["user"].queryset = (  # type: ignore[attr-defined]  # as above
            User.objects.filter(pk__in=held).order_by("name")
        )


class DraftForm(forms.Form):
    proposed = forms.ChoiceField(
        label=_("Proposal put to the vote"), choices=ProposalKind.choices, widget=forms.RadioSelect
    )
    text = text_field(_("Text of the proposal"), rows=6, limit=10_000)
    reason_to_deviate = text_field(
        _("Why it departs from the advice"),
        rows=3,
        required=False,
        help_text=_("Needed when the proposal does not follow the advisory outcome."),
    )


class OpenForm(forms.Form):
    reason_incomplete = text_field(
        _("Why an incomplete file goes to the vote"),
        rows=3,
        required=False,
        help_text=_("Only the chair puts an incomplete file to the vote, with reasons."),
    )


class PostponeForm(forms.Form):
    meeting = forms.ModelChoiceField(label=_("Later sitting"), queryset=Meeting.objects.none(), empty_label=None)
    reason = text_field(_("Reason"), rows=3)

    def __init__(self, *args: Any, later: Iterable[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = later  # type: ignore[attr-defined]  # fields are typed as plain fields


class VoteForm(forms.Form):
    value = forms.ChoiceField(label=_("Your vote"), choices=VoteValue.choices, widget=forms.RadioSelect)


class CloseForm(forms.Form):
    capacity_finding = forms.ChoiceField(
        label=_("What the committee finds about capacity"), choices=CapacityValue.choices, widget=forms.RadioSelect
    )
    capacity_reason = text_field(_("Its reason"), rows=3)


class CloseWithoutQuorumForm(forms.Form):
    """Below the quorum nothing is found."""


class DecisionForm(forms.Form):
    admits = forms.TypedChoiceField(
        label=_("The Minister"),
        choices=[("yes", _("admits the site")), ("no", _("does not admit the site"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reference = forms.CharField(label=_("Reference of the decision"), max_length=100)
    decided_on = day_field(_("Day of the decision"))
    published_on = day_field(_("Day of publication"))
    effective_on = day_field(_("Day of effect"), _("From this day on, and not before, the site is on the list."))
    reasons = text_field(
        _("Reasons"),
        limit=10_000,
        required=False,
        help_text=_("Needed when the decision departs from the proposal, or when there is no proposal."),
    )
