from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import Scope
from accounts.errors import SENTENCES
from centres.models import Holder

SECRETARIAT = "SECRETARIAT"
SCOPES = [(scope.value, format_lazy("{label} · {code}", label=scope.label, code=scope.value)) for scope in Scope]
"""Each in words and by the name that tokens and the interface give it."""


class ClientForm(forms.Form):
    """A new API client: whose machine it is and what its tokens may be for."""

    client_id = forms.CharField(
        label=_("Client id"), max_length=64, help_text=_("Small letters, digits and hyphens, such as acme-erp.")
    )
    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("What machine it is, for those who read the audit trail.")
    )
    owner = forms.ChoiceField(label=_("Holder or service"))
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What its tokens may be used for at most."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._holders = {str(holder.pk): holder for holder in Holder.objects.order_by("name")}
        companies = [(key, holder.name) for key, holder in self._holders.items()]
        self.fields["owner"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("Choose")),
            (SECRETARIAT, _("The secretariat's services")),
            *companies,
        ]

    @property
    def holder(self) -> Holder | None:
        """The company chosen; none for a service of the secretariat."""
        return self._holders.get(self.cleaned_data["owner"])


class ScopesForm(forms.Form):
    """What the tokens of a client may be used for from now on."""

    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What its tokens may be used for at most."),
        error_messages={"required": SENTENCES["client-scopes-missing"]},
    )


class ConfirmedScopesForm(forms.Form):
    """The choice carried along while it is confirmed; `held` is what the client had when it was made."""

    confirmed = forms.CharField(widget=forms.HiddenInput, initial="1")
    scopes = forms.MultipleChoiceField(choices=Scope.choices, widget=forms.MultipleHiddenInput)
    held = forms.MultipleChoiceField(choices=Scope.choices, widget=forms.MultipleHiddenInput, required=False)
