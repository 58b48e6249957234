"""The short words that head the matrix and stand in its cells; names and sentences come from the rules."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

COLUMNS: dict[str, str | Promise] = {
    "C1a": pgettext_lazy("column", "IEC"),
    "C1b": pgettext_lazy("column", "allo"),
    "C1c": pgettext_lazy("column", "site"),
    "C2": pgettext_lazy("column", "volume"),
    "C3a": pgettext_lazy("column", "ICU"),
    "C3b": pgettext_lazy("column", "neuro"),
    "C4": pgettext_lazy("column", "lab"),
    "C5": pgettext_lazy("column", "research"),
    "C6": pgettext_lazy("column", "register"),
    "C7": pgettext_lazy("column", "capac."),
    "P1": pgettext_lazy("column", "certif."),
    "P2": pgettext_lazy("column", "volume"),
    "P3": pgettext_lazy("column", "ICU"),
}

CAPACITY: dict[str, str | Promise] = {
    "SHORTAGE": pgettext_lazy("capacity", "short."),
    "VOLUME_INCREASE": pgettext_lazy("capacity", "volume"),
    "BOTH": pgettext_lazy("capacity", "both"),
    "NEITHER": pgettext_lazy("capacity", "none"),
}
