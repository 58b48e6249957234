"""Unsound law is refused before anything runs: each fault with its file, line, key and what is allowed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from inspect import Parameter, signature
from pathlib import Path

import pytest
from django.core.checks import run_checks

from evaluation.law_checks import TAG, Folders, law_errors
from evaluation.paragraphs import NOTES
from evaluation.rules.checks import CHECKS
from evaluation.rules.load import CAR_T_CENTRES
from evaluation.rules.soundness import TEXTS
from evaluation.voting import PROCEDURE

ROOT = Path(__file__).parents[2]
FIRST = "2025-11-05.toml"
PARAGRAPHS, EXCLUDED = f"paragraphs-{FIRST}", f"excluded-{FIRST}"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A copy of all files of the law, to be broken."""
    kinds = {"regime": CAR_T_CENTRES, "procedure": PROCEDURE, "texts": TEXTS, "notes": NOTES}
    return Folders(**{name: Path(shutil.copytree(path, tmp_path / path.name)) for name, path in kinds.items()})


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def line(file: Path, start: str) -> int:
    """The number of the first line that starts so."""
    return next(number for number, each in enumerate(file.read_text().splitlines(), 1) if each.startswith(start))


def said(folders: Folders) -> list[str]:
    return [f"{error.id} {error.msg}" for error in law_errors(folders)]


def add_later_version(folders: Folders, *, valid_from: str = "2027-07-01", last_day: str = "2027-06-30") -> None:
    """A whole second version, with its own map of the note and its own grounds."""
    for name in (FIRST, PARAGRAPHS, EXCLUDED):
        later = folders.regime / name.replace("2025-11-05", valid_from)
        later.write_text(
            (folders.regime / name).read_text().replace('version = "2025-11-05"', f'version = "{valid_from}"')
        )
    rewrite(folders.regime / f"{valid_from}.toml", "valid_from = 2025-11-05", f"valid_from = {valid_from}")
    rewrite(folders.regime / FIRST, "valid_from = 2025-11-05", f"valid_from = 2025-11-05\nvalid_to = {last_day}")


def test_published_law_is_sound() -> None:
    assert run_checks(tags=[TAG]) == []


def test_later_version_with_its_own_map_is_sound(folders: Folders) -> None:
    add_later_version(folders)
    assert said(folders) == []


def test_faults_of_several_entries_and_files_are_told_at_once(folders: Folders) -> None:
    first, readings = folders.regime / FIRST, folders.regime / "readings.toml"
    rewrite(first, "needed = 84", "need = 84")
    rewrite(first, 'id = "C4"', 'id = "C4"\nweight = 2')
    rewrite(readings, "why.fr", "# why.fr")
    rewrite(folders.procedure / "2018-07-01.toml", "quorum = 18", 'quorum = "18"')
    rewrite(folders.texts / "fr.toml", "acts_reached =", "acts_attained =")
    parameters, weight = line(first, "parameters = { per_year = 28"), line(first, "weight = 2")
    quorum = line(folders.procedure / "2018-07-01.toml", "quorum")
    reasons = line(folders.texts / "fr.toml", "[reasons]")
    assert said(folders) == [
        f"evaluation.E001 car_t_centres/readings.toml, line {line(readings, '[[reading]]')}: reading[A1].why.fr:"
        " a value of type str is required",
        f"evaluation.E001 car_t_centres/{FIRST}, line {parameters}: criterion[C2].parameters.need:"
        " unknown parameter; allowed: " + allowed_for_acts(),
        f"evaluation.E001 car_t_centres/{FIRST}, line {weight}: criterion[C4].weight: unknown key; allowed:"
        " id, source, sentence, fr_is_working_translation, translation, help, evidence, readings, check, populations,"
        " rests_on, parameters",
        f"evaluation.E002 procedure/2018-07-01.toml, line {quorum}: quorum: a value of type int is required",
        f"evaluation.E005 texts/nl.toml, line {reasons}: reasons.acts_attained: required in this language too",
        f"evaluation.E005 texts/fr.toml, line {reasons}: reasons.acts_reached: required in this language too",
        f"evaluation.E005 texts/en.toml, line {reasons}: reasons.acts_attained: required in this language too",
    ]


def allowed_for_acts() -> str:
    """The names of the parameters of the check of C2, from its signature."""
    found = signature(CHECKS["acts_reach_minimum"]).parameters.values()
    return ", ".join(each.name for each in found if each.kind is Parameter.KEYWORD_ONLY)


BROKEN: dict[str, tuple[str, str, str, str, str]] = {
    "no TOML": (
        "regime",
        FIRST,
        'id = "car-t-centres"',
        "id = ",
        "E001 car_t_centres/2025-11-05.toml, line 4: file: UTF",
    ),
    "unknown key": ("regime", FIRST, "booked_years", "booked_yeers", "line 8: booked_yeers: unknown key; allowed: id,"),
    "alternative": (
        "regime",
        "readings.toml",
        "option = 1\nchanges.C1a",
        "option = 9\nchanges.C1a",
        "E001 car_t_centres/readings.toml, line 24: reading[A1].alternative[0].option: 1 to",
    ),
    "readings no TOML": ("regime", "readings.toml", '"A1"', '"A1', "E001 car_t_centres/readings.toml, line "),
    "missing translation": ("regime", FIRST, "translation.fr", "# translation.fr", "criterion[C1a].translation.fr: a"),
    "missing help": (
        "regime",
        FIRST,
        "help.en",
        "# help.en",
        "criterion[C1a].help.en: a value of type str is required",
    ),
    "missing key": ("regime", FIRST, "checked_on", "# checked_on", "checked_on: a value of type date is required"),
    "paragraph of nothing": ("regime", PARAGRAPHS, '"I.2"\nkind = "criteria"', '"I.2"', "paragraph[I.2].kind: one of"),
    "sentence elsewhere": (
        "regime",
        FIRST,
        "het beschikken over een medisch",
        "het bezit van een medisch",
        "C3a stands in",
    ),
    "note changed": (
        "notes",
        "ctg-nota-2025-11-05.nl.txt",
        "van 28 uitvoeren",
        "van 30 uitvoeren",
        "E003 car_t_centres/",
    ),
    "ground of nothing": (
        "regime",
        EXCLUDED,
        '"motivation.1"',
        '"I.2"',
        "E004 car_t_centres/excluded-2025-11-05.toml, line",
    ),
    "other placeholder": (
        "texts",
        "en.toml",
        "{counted:acts} counted over",
        "{count:acts} counted over",
        "E005 texts/en.toml, line",
    ),
    "unknown form": (
        "texts",
        "nl.toml",
        "{counted:acts}",
        "{counted:deeds}",
        "deeds is none of the forms site, year, kind",
    ),
    "half a brace": (
        "texts",
        "fr.toml",
        "{counted:acts}",
        "{counted:acts",
        "braces in pairs, each pair around a placeholder",
    ),
    "no verdict": (
        "texts",
        "fr.toml",
        "NA = ",
        "N_A = ",
        ": verdicts.NA: required in this language too",
    ),
    "no German verdict": ("texts", "de.toml", "NA = ", "N_A = ", ": verdicts.NA: required in this"),
    "no name": (
        "texts",
        "nl.toml",
        "C1a = ",
        "C9a = ",
        ": criteria.C1a: required in this language too",
    ),
    "no sentence": ("texts", "nl.toml", 'C4 = "', 'C4 = "" # "', "criteria.C4: a text that is not blank is required"),
    "procedure unknown key": (
        "procedure",
        "2018-07-01.toml",
        "quorum =",
        "quorom =",
        "E002 procedure/2018-07-01.toml, line",
    ),
}


@pytest.mark.parametrize(("folder", "file", "old", "new", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_file_is_told(folders: Folders, folder: str, file: str, old: str, new: str, message: str) -> None:
    rewrite(getattr(folders, folder) / file, old, new)
    told = said(folders)
    assert [each for each in told if message in each] != [], told


@pytest.mark.parametrize("last_day", ["2027-06-29", "2027-07-01"])
def test_gap_or_overlap_is_told_with_its_line(folders: Folders, last_day: str) -> None:
    add_later_version(folders, last_day=last_day)
    at = line(folders.regime / FIRST, "valid_to")
    assert said(folders) == [
        f"evaluation.E001 car_t_centres/{FIRST}, line {at}: valid_to: 2027-06-30, for no gap and no overlap before"
        " the next"
    ]


def test_gap_is_told_also_where_a_file_is_broken(folders: Folders) -> None:
    add_later_version(folders, last_day="2027-06-29")
    rewrite(folders.regime / "2027-07-01.toml", "needed = 84", "needed = true")
    assert [each.split(": ")[1] for each in said(folders)] == ["criterion[C2].parameters.needed", "valid_to"]


@pytest.mark.parametrize("name", ["readings.toml", PARAGRAPHS, EXCLUDED])
def test_file_left_out_is_told(folders: Folders, name: str) -> None:
    (folders.regime / name).unlink()
    assert [each for each in said(folders) if f"car_t_centres/{name}: file: " in each] != []


def test_folder_without_a_version_is_told(folders: Folders) -> None:
    (folders.regime / FIRST).unlink()
    assert said(folders) == ["evaluation.E001 car_t_centres: folder: at least one file named <first day in force>.toml"]


@pytest.fixture
def broken_desk(tmp_path: Path) -> Path:
    """The desk with one parameter misspelt: the app is copied, the rest is as it stands."""
    desk = tmp_path / "desk"
    desk.mkdir()
    for name in ("config", "applications", "centres", "accounts", "jobs", "templates", "static", "locale"):
        (desk / name).symlink_to(ROOT / name)
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "evaluation", desk / "evaluation", ignore=leave)
    shutil.copytree(ROOT / "docs" / "law", desk / "docs" / "law")
    shutil.copy(ROOT / "manage.py", desk)
    rewrite(desk / "evaluation" / "criteria" / "car_t_centres" / FIRST, "needed = 84", "need = 84")
    return desk


def run(desk: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=desk, env=environment, capture_output=True, text=True, timeout=120, check=False)


def gunicorn(desk: Path) -> tuple[str, ...]:
    return ("-m", "gunicorn", "config.wsgi", "--bind", f"unix:{desk}/s", "--workers", "1", "--no-control-socket")


STARTS: dict[str, Callable[[Path], tuple[str, ...]]] = {
    "check": lambda desk: ("manage.py", "check"),
    "web": gunicorn,
    "worker": lambda desk: ("-m", "celery", "-A", "config", "worker", "-c", "1"),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
def test_nothing_starts_on_unsound_law(broken_desk: Path, start: Callable[[Path], tuple[str, ...]]) -> None:
    ended = run(broken_desk, *start(broken_desk))
    told = "(evaluation.E001) car_t_centres/2025-11-05.toml, line "
    assert ended.returncode != 0
    assert told in ended.stderr
    assert "criterion[C2].parameters.need: unknown parameter; allowed: " in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
