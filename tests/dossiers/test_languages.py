"""The Dutch and the French of a file say the same, and the linter sees it when they do not."""

import pytest

from evaluation.dossiers.linter import differences, said
from tests.dossiers.languages import FILES, rendering


@pytest.mark.parametrize("file", FILES)
def test_both_languages_of_every_file_say_the_same(file: str) -> None:
    assert [str(each) for each in differences(rendering(file, "nl"), rendering(file, "fr"))] == []


@pytest.mark.parametrize(
    ("nl", "fr", "what"),
    [
        ("28 per jaar", "29 par an", "numbers"),
        ("de laatste drie jaar", "les deux dernières années", "numbers"),
        ("tot 31 december 2026", "jusqu'au 30 décembre 2026", "days"),
        ("juli 2026", "juin 2026", "days"),
        ("batch van januari of juli", "groupe de janvier ou de juin", "days"),
        ("site 8.000.000.071", "site 8.000.000.172", "sites"),
        ("§ 12340000", "§ 12350000", "references"),
        ("zie C1a", "voir C1b", "references"),
        ("batch 2026-07", "série 2027-01", "references"),
        ("is voldaan", "n'est pas remplie", "noes"),
        ("is niet voldaan", "est remplie", "noes"),
        ("zonder certificaat", "avec certificat", "noes"),
        ("onvolledig", "complète", "noes"),
        ("onvoldoende capaciteit", "capacité suffisante", "noes"),
        ("om 10.05 uur", "à 11 h 05", "numbers"),
    ],
)
def test_linter_sees_what_differs(nl: str, fr: str, what: str) -> None:
    assert [each.what for each in differences(f"<p>{nl}</p>", f"<p>{fr}</p>")] == [what]


def test_linter_sees_a_block_too_many() -> None:
    [difference] = differences("<p>a</p>", "<p>a</p><p>b</p>")
    assert difference.what == "layout"


@pytest.mark.parametrize(
    ("nl", "fr"),
    [
        ("1 juli 2026 om 11.12 uur", "1er juillet 2026 à 11 h 12"),
        ("Er zijn geen punten.", "Il n'y a pas de points."),
        ("verandert geen oordeel", "ne modifie aucune appréciation"),
        ("noch een tekort, noch een toename werd vastgesteld", "ni manque ni augmentation n'a été constaté"),
        ("Nog niet beoordeeld: het register.", "Pas encore examiné : le registre."),
        ("24u op 24u en 7 dagen per week", "24 heures sur 24 et 7 jours sur 7"),
        ("onvolledig, onbekend", "incomplète, inconnu"),
        ("28,5 gemiddeld", "28,5 en moyenne"),
    ],
)
def test_linter_accepts_what_only_sounds_different(nl: str, fr: str) -> None:
    assert said(nl, "nl") == said(fr, "fr")
