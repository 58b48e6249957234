"""The tree of an evaluation as the OpenAPI document describes it; it is written out from `evaluation.trace.model`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from evaluation.rules.enums import Verdict

VERDICTS = [each.value for each in Verdict]
PARTS = {"type": "array", "items": {"$ref": "#/components/schemas/FindingShape"}}


class Told(serializers.Serializer[Any]):
    """Described here, written by the trace."""


class TracedReading(Told):
    id = serializers.CharField()
    question = serializers.CharField()
    chosen = serializers.CharField()
    decided_by = serializers.CharField()
    decided_on = serializers.DateField()


class TracedLaw(Told):
    source = serializers.CharField()  # type: ignore[assignment]  # the word of the criteria's file
    sentence = serializers.CharField(allow_blank=True)
    sentence_sha256 = serializers.CharField(allow_blank=True)
    translations = serializers.DictField(child=serializers.CharField())
    fr_is_working_translation = serializers.BooleanField()
    text = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)


class TracedCheck(Told):
    name = serializers.CharField()
    parameters = serializers.DictField()
    words = serializers.CharField(allow_blank=True)


class TracedInput(Told):
    field = serializers.CharField()
    key = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a word of the trace
    value = serializers.JSONField()
    words = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(allow_blank=True)
    stated_by = serializers.CharField(allow_blank=True)
    stated_in = serializers.CharField(allow_blank=True)
    stated_in_words = serializers.CharField(allow_blank=True)
    stated_at = serializers.DateTimeField(allow_null=True)
    vintage = serializers.CharField(allow_blank=True)
    application = serializers.CharField(allow_blank=True)
    confirmed_by = serializers.CharField(allow_blank=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    annex = serializers.IntegerField(allow_null=True)
    annex_id = serializers.UUIDField(allow_null=True)
    annex_sha256 = serializers.CharField(allow_blank=True)
    page = serializers.IntegerField(allow_null=True)
    set_aside = serializers.BooleanField()
    ruling = serializers.CharField(allow_blank=True)
    ruling_words = serializers.CharField(allow_blank=True)
    ruled_by = serializers.CharField(allow_blank=True)
    ruled_at = serializers.DateTimeField(allow_null=True)
    ruling_reason = serializers.CharField(allow_blank=True)


class TracedJudgement(Told):
    value = serializers.CharField()
    words = serializers.CharField()
    reason = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    countersigned_by = serializers.CharField(allow_blank=True)
    countersigned_at = serializers.DateTimeField(allow_null=True)
    stale = serializers.BooleanField()


class TracedRuling(Told):
    confirms = serializers.BooleanField()
    ruled_on = serializers.DateField()
    minutes_reference = serializers.CharField()
    minutes_sha256 = serializers.CharField(allow_blank=True)
    recorded_by = serializers.CharField()
    recorded_at = serializers.DateTimeField(allow_null=True)


class TracedSource(Told):
    who = serializers.CharField(allow_blank=True)
    words = serializers.CharField(allow_blank=True)


class TracedResolution(Told):
    field = serializers.CharField()
    key = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a word of the trace
    sources = TracedSource(many=True)
    chosen = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)


class FindingShape(Told):
    """One verdict with all it rests on; a part of another one (`children`) has neither law nor check."""

    id = serializers.CharField()
    name = serializers.CharField()
    verdict = serializers.ChoiceField(choices=VERDICTS)
    verdict_words = serializers.CharField()
    language = serializers.CharField()
    text = serializers.DictField(child=serializers.CharField())
    margin = serializers.IntegerField(allow_null=True)
    margin_text = serializers.DictField(child=serializers.CharField(allow_blank=True))
    values = serializers.DictField()
    missing = serializers.ListField(child=serializers.CharField())
    children = serializers.SerializerMethodField()
    law = TracedLaw(allow_null=True)
    check = TracedCheck(allow_null=True)
    readings = TracedReading(many=True)
    inputs = TracedInput(many=True)
    judgement = TracedJudgement(allow_null=True)
    ruling = TracedRuling(allow_null=True)
    resolutions = TracedResolution(many=True)

    @extend_schema_field(PARTS)
    def get_children(self, finding: Any) -> Any:
        return finding["children"]


class Receipt(Told):
    """Facts, criteria version and finding: the bytes that `verify_receipt` takes."""

    facts = serializers.DictField()
    finding = serializers.DictField()
