"""The published note paragraph by paragraph, for everyone: each beside what applies it, or why nothing does."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.shapes import Shape
from evaluation.api.criteria import Published, TextsShape, kept
from evaluation.law import version_named
from evaluation.paragraphs import Kind, Paragraph, PublishedNote, Section, note_of


class NoteParagraphShape(Shape):
    """Words of the note as published; `reason` says why no criterion applies them, and is null where one does."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=[each.value for each in Kind])
    text = serializers.CharField()
    sha256 = serializers.CharField()
    criteria = serializers.ListField(child=serializers.CharField())
    readings = serializers.ListField(child=serializers.CharField())
    reason = serializers.SerializerMethodField()

    @extend_schema_field(TextsShape(allow_null=True))
    def get_reason(self, row: Paragraph) -> dict[str, str] | None:
        return dict(row.reason) or None


class NoteSectionShape(Shape):
    """A section of the note with its paragraphs, in their order."""

    id = serializers.CharField()
    title = TextsShape()
    paragraphs = NoteParagraphShape(many=True)


class NoteShape(Shape):
    """The note behind one version of the criteria, whole."""

    version = serializers.CharField()
    checked_on = serializers.DateField()
    sections = serializers.SerializerMethodField()

    @extend_schema_field(NoteSectionShape(many=True))
    def get_sections(self, note: PublishedNote) -> list[dict[str, object]]:
        return [_section(section, paragraphs) for section, paragraphs in note.parts()]


class NoteView(Published):
    @extend_schema(operation_id="criteria_note", responses=NoteShape, auth=[])
    def get(self, request: Request, version: str) -> Response:
        """Every word of the note, each paragraph with the criteria and readings that rest on it."""
        note = note_of(version_named(version).version)
        return kept(NoteShape(note, context={"request": request}).data)


def _section(section: Section, paragraphs: tuple[Paragraph, ...]) -> dict[str, object]:
    rows = NoteParagraphShape(paragraphs, many=True).data
    return {"id": section.id, "title": dict(section.title), "paragraphs": rows}
