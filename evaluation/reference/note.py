"""The note paragraph by paragraph, with what each is mapped to."""

from evaluation.law import criteria_versions
from evaluation.paragraphs import Kind, Paragraph, PublishedNote, note_of
from evaluation.reference.markdown import page, table

HEADER = ("paragraph", "text of the note", "mapped to", "why no criterion", "readings")


def paragraphs_page() -> str:
    return page(
        "The note, paragraph by paragraph",
        "Every word of the published note belongs to one paragraph here, and each paragraph is carried by criteria or"
        " items of admissibility, or is procedure, information or not weighed, with the reason. `manage.py check`"
        " refuses a paragraph mapped to nothing, a text that changed since a person compared it, and a criterion whose"
        " sentence stands in no paragraph mapped to it.",
        *(part for version in criteria_versions() for part in _note(note_of(version.version))),
    )


def _note(note: PublishedNote) -> list[str]:
    counted = [(kind.value, note.count(kind)) for kind in Kind]
    return [
        f"## Version {note.version}",
        f"Text: [{note.name}](../law/{note.name}), compared on {note.checked_on}.",
        table(("kind", "paragraphs"), [*counted, ("all", len(note.paragraphs))]),
        *(
            f"### {section.title['en']}\n\n{table(HEADER, (_row(each) for each in paragraphs))}"
            for section, paragraphs in note.parts()
        ),
    ]


def _row(each: Paragraph) -> tuple[str, ...]:
    mapped = ", ".join(f"[{name}](criteria.md#{name.lower()})" for name in each.criteria) or each.kind.value
    readings = ", ".join(f"[{name}](readings.md#{name.lower()})" for name in each.readings)
    return (each.id, each.text, mapped, each.reason.get("en", ""), readings)
