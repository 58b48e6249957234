from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Batch, Statement
from applications.services.drafts import Fact
from applications.validators import MAX_TEXT, Check, check_free_text
from centres.validators import bare_number


@dataclass(frozen=True, slots=True)
class Answers:
    """What one step asks the services to write: changed fields, stated facts, and facts taken back."""

    changes: Mapping[str, object] = field(default_factory=dict)
    stated: tuple[Fact, ...] = ()
    unstated: tuple[tuple[str, str], ...] = ()


class StepForm(forms.Form):
    """One step of an application; ``rows`` are the statements as saved, ``batch`` gives the years asked."""

    def __init__(
        self, *args: Any, application: Application, batch: Batch, rows: Iterable[Statement], **kw: Any
    ) -> None:
        self.application, self.batch = application, batch
        self.rows = {(row.field, row.key): row for row in rows}
        super().__init__(*args, **kw)
        self.prepare()

    def prepare(self) -> None:
        """Put in what depends on the application: choices, years, what was saved."""

    def answers(self) -> Answers:
        """What the form means, once validated; a field at fault is left out, for the pre-check of what is typed."""
        return Answers()

    def has_faults(self) -> bool:
        """Something typed here cannot be saved."""
        return self.is_bound and not self.is_valid()

    def groups(self) -> list["Group"]:
        """Repeated answers, each a form of its own."""
        return []

    def value_of(self, name: str, key: str = "") -> Any:
        row = self.rows.get((name, key))
        return None if row is None else row.value

    def keys_of(self, name: str) -> list[str]:
        return [key for field_name, key in self.rows if field_name == name]

    def from_field(self, field_name: str, name: str, key: str = "") -> Answers:
        """The fact that one field states; a field at fault says nothing."""
        return (
            self.stated_or_not(name, key, self.cleaned_data[field_name])
            if field_name in self.cleaned_data
            else Answers()
        )

    def stated_or_not(self, name: str, key: str, value: object) -> Answers:
        """A value states the fact; an emptied field takes it back."""
        if value in (None, "", {}):
            return Answers(unstated=((name, key),))
        return Answers(stated=(Fact(name, value, key),))


@dataclass(frozen=True, slots=True)
class Group:
    """A repeated block of the page; ``is_new`` for the empty one at the end."""

    title: str
    form: forms.Form
    is_new: bool


def joined(parts: Iterable[Answers]) -> Answers:
    """Several answers as one, the earlier first."""
    changes: dict[str, object] = {}
    stated: list[Fact] = []
    unstated: list[tuple[str, str]] = []
    for part in parts:
        changes |= part.changes
        stated += part.stated
        unstated += part.unstated
    return Answers(changes, tuple(stated), tuple(unstated))


def as_validator(check: Check) -> Any:
    """A rule of ``applications.validators`` as a validator of a form field."""

    def validate(value: object) -> None:
        fault = check("", value)
        if fault is not None:
            raise ValidationError(str(fault.message), code=fault.code)

    return validate


class SiteField(forms.CharField):
    """An establishment number, typed with or without dots."""

    def __init__(self, **kw: Any) -> None:
        kw.setdefault("max_length", 20)
        kw.setdefault("help_text", _("Establishment number, ten digits, for example 8.000.000.071."))
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}), **kw)

    def to_python(self, value: Any) -> str:
        return bare_number(str(super().to_python(value) or ""))


class CountField(forms.IntegerField):
    """A whole number from zero on."""

    def __init__(self, **kw: Any) -> None:
        messages = {"invalid": _("Enter a whole number, for example 29.")}
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-5"})
        super().__init__(min_value=0, max_value=100_000, error_messages=messages, widget=widget, **kw)


class DayField(forms.DateField):
    """A day, chosen or typed as 2026-07-31."""

    def __init__(self, **kw: Any) -> None:
        messages = {"invalid": _("Enter an existing day, for example 2026-07-31.")}
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], error_messages=messages, **kw)


def text_field(label: Any, help_text: Any = "", *, rows: int = 7) -> forms.CharField:
    """A description in free words, without patients in it."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=MAX_TEXT,
        validators=[as_validator(check_free_text)],
        widget=forms.Textarea(attrs={"rows": rows}),
    )
