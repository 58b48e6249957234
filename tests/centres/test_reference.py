from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import AuditEvent
from centres.models import Paragraph, Product
from centres.services.reference import Loaded, load_products
from tests.builders import IN_JULY

ADDED = ("Kymriah", "Yescarta", "Tecartus", "Carvykti", "Aucatzyl")
WITHOUT_HOLDER = ("Breyanzi", "Abecma", "Ebvallo")

pytestmark = pytest.mark.django_db


def test_reference_products_are_added_once() -> None:
    assert load_products(by=None, at=IN_JULY) == Loaded(ADDED, (), WITHOUT_HOLDER)
    assert load_products(by=None, at=IN_JULY) == Loaded((), ADDED, WITHOUT_HOLDER)
    assert Product.objects.count() == len(ADDED)


def test_reference_gaps_stay_empty() -> None:
    load_products(by=None, at=IN_JULY)
    carvykti = Product.objects.get(name="Carvykti")
    assert (carvykti.code, carvykti.ema_number, carvykti.eu_number, carvykti.temporarily_listed) == (None, "", "", None)
    paragraphs = Paragraph.objects.filter(product__name="Yescarta").values_list("number", "indication_nl")
    assert list(paragraphs) == [("12900100", ""), ("12900200", "")]
    assert not Product.objects.filter(verified_on=None).exists()
    assert not Product.objects.filter(source="").exists()


def test_reference_row_that_was_edited_stays_as_it_is() -> None:
    load_products(by=None, at=IN_JULY)
    Product.objects.filter(name="Aucatzyl").update(substance="edited")
    load_products(by=None, at=IN_JULY)
    assert Product.objects.get(name="Aucatzyl").substance == "edited"


def test_load_reference_says_what_it_did() -> None:
    said = StringIO()
    call_command("load_reference", stdout=said)
    assert said.getvalue() == (
        "Added: Kymriah, Yescarta, Tecartus, Carvykti, Aucatzyl.\n"
        "Left out, for no source names the holder: Breyanzi, Abecma, Ebvallo.\n"
    )
    assert AuditEvent.objects.filter(verb="register", subject_type="centres.Product").count() == len(ADDED)
