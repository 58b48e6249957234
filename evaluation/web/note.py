"""The published note as everyone may read it: each paragraph beside what it is applied by, or why it is not."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import clock
from evaluation.board.findings import screen_language
from evaluation.law import criteria_on
from evaluation.paragraphs import Kind, Paragraph, PublishedNote, Section, note_of
from evaluation.rules.explain import criterion_name

KINDS = {
    Kind.CRITERIA: _("Applied by criteria"),
    Kind.PROCEDURE: _("Procedure"),
    Kind.INFORMATION: _("Information"),
    Kind.NOT_WEIGHED: _("Not weighed"),
}


@dataclass(frozen=True, slots=True)
class KindChip:
    label: str | Promise
    count: int
    href: str
    active: bool


@dataclass(frozen=True, slots=True)
class ParagraphView:
    id: str
    text: str
    kind: str | Promise
    criteria: tuple[tuple[str, str], ...]
    reason: str
    readings: tuple[str, ...]


@login_not_required
@require_safe
def note(request: HttpRequest) -> HttpResponse:
    """The note behind the version in force on the desk's day; `kind` narrows it to one sort of paragraph."""
    language = screen_language()
    version = criteria_on(clock.today())
    published = note_of(version.version)
    wanted = request.GET.get("kind", "")
    chosen = next((kind for kind in Kind if _slug(kind) == wanted), None)
    context = {
        "public_page": True,
        "crumbs": [{"label": _("Criteria"), "href": reverse("evaluation:criteria")}, {"label": _("The note")}],
        "note": published,
        "chips": _chips(published, chosen),
        "sections": [
            (section.id, section.title[language], [_view(each, language) for each in paragraphs])
            for section, paragraphs in _narrowed(published, chosen)
        ],
    }
    return render(request, "evaluation/note.html", context)


def _slug(kind: Kind) -> str:
    return kind.value.replace(" ", "-")


def _narrowed(published: PublishedNote, chosen: Kind | None) -> list[tuple[Section, list[Paragraph]]]:
    kept = [(section, [each for each in rows if chosen in (None, each.kind)]) for section, rows in published.parts()]
    return [(section, rows) for section, rows in kept if rows]


def _chips(published: PublishedNote, chosen: Kind | None) -> list[KindChip]:
    whole = KindChip(_("The whole note"), len(published.paragraphs), "?", chosen is None)
    kinds = [KindChip(KINDS[kind], published.count(kind), f"?kind={_slug(kind)}", kind is chosen) for kind in Kind]
    return [whole, *kinds]


def _view(each: Paragraph, language: str) -> ParagraphView:
    return ParagraphView(
        id=each.id,
        text=each.text,
        kind=KINDS[each.kind],
        criteria=tuple((name, criterion_name(name, language)) for name in each.criteria),
        reason=each.reason.get(language, ""),
        readings=each.readings,
    )
