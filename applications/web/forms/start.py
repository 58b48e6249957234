from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.desk import site_number
from applications.enums import DossierLanguage
from applications.validators import check_reference
from applications.web.forms.base import as_validator
from centres.enums import Population
from centres.models import Centre, Holder, Paragraph
from centres.validators import bare_number

MOST_SITES = 12
SHORTEST_NUMBER = 4


class ParagraphField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes no argument at run time
    """The paragraphs of the company's products, each with its indication."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.product.name} · § {obj.number} · {obj.indication((get_language() or 'en')[:2])}"


class CentreField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes no argument at run time
    """A site by hospital, campus and establishment number."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.hospital.name} — {obj.name} ({site_number(obj.site_number)})"


def paragraphs_for(holder: Holder) -> QuerySet[Paragraph]:
    """Those of the company's own products; a representative without products of its own chooses from all."""
    everything = Paragraph.objects.filter(product__is_cart=True).select_related("product")
    own = everything.filter(product__holder=holder)
    return own if own.exists() else everything


def sites_matching(words: str) -> QuerySet[Centre]:
    """Sites whose hospital, campus, place or establishment number holds the words."""
    sites = Centre.objects.select_related("hospital").order_by("hospital__name", "name")
    for word in words.split():
        number = bare_number(word)
        named = Q(name__icontains=word) | Q(hospital__name__icontains=word) | Q(municipality__icontains=word)
        sites = sites.filter(
            named | Q(site_number__contains=number) if number.isdigit() and len(number) >= SHORTEST_NUMBER else named
        )
    return sites


class RequestForm(forms.Form):
    """What is asked: paragraph, populations, language; shared by the start page and the first step."""

    paragraph = ParagraphField(
        label=_("Product and paragraph"), queryset=Paragraph.objects.none(), empty_label=_("Choose…")
    )
    populations = forms.MultipleChoiceField(
        label=_("For whom?"),
        choices=Population,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Children are under 18."),
        error_messages={"required": _("Choose adults, children or both.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the dossier"),
        choices=DossierLanguage,
        widget=forms.RadioSelect,
        help_text=_("The dossier and the letters are made in this language."),
    )
    external_reference = forms.CharField(
        label=_("Your own reference"), required=False, max_length=80, validators=[as_validator(check_reference)]
    )

    def offer_paragraphs(self, holder: Holder) -> None:
        field = self.fields["paragraph"]
        assert isinstance(field, ParagraphField)  # noqa: S101  # declared above
        field.queryset = paragraphs_for(holder)


class StartForm(RequestForm):
    """The first page: enough to know which file this is, and whom to ask about it."""

    centre = CentreField(
        label=_("Site"),
        queryset=Centre.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Search for the site and choose it.")},
    )
    contact_email = forms.EmailField(label=_("E-mail address for questions"))
    field_order = ("paragraph", "centre", "populations", "language", "contact_email", "external_reference")

    def __init__(self, *args: Any, holder: Holder, words: str = "", chosen: str = "", **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.offer_paragraphs(holder)
        found = list(sites_matching(words)[:MOST_SITES].values_list("pk", flat=True))
        kept = Q(pk=chosen) if chosen else Q(pk__in=[])
        field = self.fields["centre"]
        assert isinstance(field, CentreField)  # noqa: S101  # declared above
        field.queryset = Centre.objects.select_related("hospital").filter(Q(pk__in=found) | kept)
