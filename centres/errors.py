"""The sentences of the registers; each says what is wrong and what to do."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import SENTENCES

SENTENCES.update(
    {
        "paragraph-not-of-product": _("This paragraph belongs to another product."),
        "listed-already": _("%(centre)s is on the list already for %(product)s, this paragraph and population."),
        "listing-ended": _("This listing has a last day already: %(day)s."),
        "listing-end-reason": _("Say why the site leaves the list."),
        "split-exceeds": _("In %(year)s the sites of %(hospital)s together exceed the total of the hospital."),
        "listing-days": _("The last day on the list cannot be before the first."),
    }
)
