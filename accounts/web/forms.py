from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Language, Role
from accounts.errors import Conflict, Invalid


class UserForm(forms.Form):
    """A new user; the person chooses a password through the reset page."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("The person signs in with this address."))
    name = forms.CharField(label=_("Name"), max_length=200)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, help_text=_("It is kept in the audit trail.")
    )


def add_error(form: forms.Form, error: Invalid | Conflict) -> None:
    """Show what a service refused at the field it is about."""
    if isinstance(error, Conflict):
        form.add_error(None, error.message)
        return
    for problem in error.problems:
        form.add_error(problem.pointer if problem.pointer in form.fields else None, str(problem.message))
