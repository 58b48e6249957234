"""How the desk reads each unclear sentence, and what another reading would have changed of what is decided."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.shapes import Shape, listed, whole
from accounts.clock import today
from accounts.errors import NotFound
from evaluation.api.criteria import Published, TextsShape, kept
from evaluation.register import Entry, entries, entry
from evaluation.selectors.rescorings import Flips, flips_of


class OptionShape(Shape):
    """One way to read it; `flips` of `judged` decided files or ballots would have ended otherwise, if computed."""

    option = serializers.IntegerField()
    text = TextsShape()
    chosen = serializers.BooleanField()
    computable = serializers.BooleanField()
    judged = serializers.IntegerField(allow_null=True)
    flips = serializers.IntegerField(allow_null=True)


class ReadingShape(Shape):
    """Our choice of meaning, until those who wrote the sentence say otherwise."""

    id = serializers.CharField(source="reading.id")
    question = TextsShape(source="reading.question")
    chosen = TextsShape(source="reading.chosen")
    chosen_option = serializers.IntegerField(source="reading.chosen_option", allow_null=True)
    why = TextsShape(source="reading.why")
    decided_by = serializers.CharField(source="reading.decided_by")
    decided_on = serializers.DateField(source="reading.decided_on")
    checked_on = serializers.DateField(source="reading.checked_on")
    rests = serializers.SerializerMethodField(help_text="The criteria and items that rest on it.")
    computable = serializers.ListField(child=serializers.IntegerField(), help_text="Options that can be computed.")

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_rests(self, found: Entry) -> list[str]:
        return [item.id for item in found.resting]


class ReadReadingShape(ReadingShape):
    """One reading with its options."""

    options = serializers.SerializerMethodField()

    @extend_schema_field(OptionShape(many=True))
    def get_options(self, found: Entry) -> list[dict[str, Any]]:
        day = today()
        flips = flips_of(found.reading.id, user=None, today=day) if found.computable else {}
        texts = found.reading.options
        return [
            _option(found, number, {name: rows[number - 1] for name, rows in texts.items()}, flips.get(number))
            for number in range(1, len(texts["nl"]) + 1)
        ]


def _option(found: Entry, number: int, text: dict[str, str], flips: Flips | None) -> dict[str, Any]:
    return {
        "option": number,
        "text": text,
        "chosen": number == found.reading.chosen_option,
        "computable": number in found.computable,
        "judged": flips.public.judged if flips else None,
        "flips": flips.public.flipped if flips else None,
    }


class ReadingsView(Published):
    @extend_schema(operation_id="reading_list", responses=listed(ReadingShape), auth=[])
    def get(self, request: Request) -> Response:
        """Every reading of the version in force."""
        return kept(whole(ReadingShape, entries(today()), request))


class ReadingView(Published):
    @extend_schema(operation_id="reading_read", responses=ReadReadingShape, auth=[])
    def get(self, request: Request, reading: str) -> Response:
        """One reading with its options, and what each would have changed of what is decided and published."""
        found = entry(reading, today())
        if found is None:
            raise NotFound
        return kept(ReadReadingShape(found, context={"request": request}).data)
