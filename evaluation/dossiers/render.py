"""Context to HTML, in the language of the paper."""

import hashlib
from functools import cache

from django.template import Context, Engine
from django.utils import translation

from evaluation.dossiers.codes import scan_code
from evaluation.dossiers.days import stamp
from evaluation.dossiers.glyphs import lacking, spelled
from evaluation.dossiers.model import DossierContext, Language, Reading
from evaluation.dossiers.press import TEMPLATES, write_pdf
from evaluation.dossiers.summary import site_summary
from evaluation.dossiers.tags import applicable


@cache
def engine() -> Engine:
    """The template engine of dossiers: escaping on, no context of a page, only these templates."""
    libraries = {"i18n": "django.templatetags.i18n", "dossier": "evaluation.dossiers.tags"}
    return Engine(dirs=[str(TEMPLATES)], libraries=libraries, autoescape=True)


def render_html(context: DossierContext) -> str:
    """The dossier as HTML in its own language; a character without glyph is shown by its code point and named."""
    html = _fill(context, replaced="")
    if not (missing := lacking(html)):
        return html
    html = _fill(context, replaced=", ".join(f"U+{ord(char):04X}" for char in missing))
    return html.translate({ord(char): spelled(char) for char in missing})


def render_page(template: str, language: Language, values: dict[str, object]) -> bytes:
    """Pages of a bound file in the style of a dossier: untagged, no standard claimed, the same bytes every time."""
    html = page_html(template, language, values)
    return write_pdf(html, pdf_identifier=hashlib.sha256(html.encode()).digest()[:16])


def page_html(template: str, language: Language, values: dict[str, object]) -> str:
    """Such pages as HTML; a character without glyph is shown by its code point."""
    with translation.override(language):
        html = (
            engine()
            .get_template(template)
            .render(Context(values | {"language": language}, use_l10n=False, use_tz=False))
        )
    return html.translate({ord(char): spelled(char) for char in lacking(html)})


def _fill(context: DossierContext, *, replaced: str) -> str:
    readings = _readings(context)
    values = {
        "context": context,
        "summary": site_summary(context),
        "readings": readings,
        **_chosen(readings),
        "replaced": replaced,
        "code": scan_code(context.verify_url) if context.verify_url else None,
        "stamp": stamp(context.identification.evaluated_at),
    }
    with translation.override(context.language):
        template = engine().get_template("dossiers/dossier.html")
        return template.render(Context(values, use_l10n=False, use_tz=False))


def _readings(context: DossierContext) -> tuple[Reading, ...]:
    found = {reading.id: reading for criterion in applicable(context.criteria) for reading in criterion.readings}
    return tuple(sorted(found.values(), key=lambda reading: (len(reading.id), reading.id)))


def _chosen(readings: tuple[Reading, ...]) -> dict[str, object]:
    """Who chose and when, where that is one and the same for all readings."""
    found = {(reading.by, reading.on) for reading in readings}
    by, on = found.pop() if len(found) == 1 else ("", None)
    return {"chosen_by": by, "chosen_on": on}
