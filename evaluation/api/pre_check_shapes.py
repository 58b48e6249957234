"""The facts and the answer of a pre-check as the OpenAPI document describes them; the rules read and write them."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from centres.enums import Population
from evaluation.enums import Stage
from evaluation.rules.enums import Outcome, Verdict

OUTCOMES = [each.value for each in Outcome]
VERDICTS = [each.value for each in Verdict]
PARTS = {"type": "array", "items": {"$ref": "#/components/schemas/PreCheckLine"}}


class Told(serializers.Serializer[Any]):
    """Described here, read and written by the rules."""


class CertificateFacts(Told):
    body = serializers.CharField()
    number = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    extended_to = serializers.DateField(allow_null=True, required=False)
    renewal_filed_on = serializers.DateField(allow_null=True, required=False)
    scopes = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    facilities = serializers.ListField(child=serializers.DictField(), allow_null=True, required=False)


class YearFacts(Told):
    """Acts by nomenclature code; what is not known is null, never 0."""

    year = serializers.IntegerField()
    billed = serializers.DictField(child=serializers.IntegerField(), allow_null=True, required=False)
    billed_paed = serializers.DictField(child=serializers.IntegerField(), allow_null=True, required=False)
    declared = serializers.IntegerField(allow_null=True, required=False)
    supplements = serializers.ListField(child=serializers.DictField(), required=False)


class PreCheckFacts(Told):
    """What is known of one site; what is left out or null is unknown."""

    reference_on = serializers.DateField()
    vote_on = serializers.DateField(allow_null=True, required=False)
    stage = serializers.ChoiceField(choices=Stage.choices, allow_null=True, required=False)
    populations = serializers.ListField(child=serializers.ChoiceField(choices=Population.choices))
    booked_years = serializers.ListField(child=serializers.IntegerField())
    apheresis_site = serializers.CharField()
    administration_site = serializers.CharField()
    laboratory_site = serializers.CharField(allow_null=True, required=False)
    certificates = CertificateFacts(many=True, allow_null=True, required=False)
    iec_application = serializers.DictField(allow_null=True, required=False)
    bureau_confirms_transition = serializers.BooleanField(allow_null=True, required=False)
    allografts = YearFacts(many=True, allow_null=True, required=False)
    judgements = serializers.DictField(child=serializers.CharField(), allow_null=True, required=False)
    capacity = serializers.CharField(allow_null=True, required=False)


class PreCheckLine(Told):
    """One verdict or a part of one, with its reason in three languages."""

    id = serializers.CharField()
    verdict = serializers.ChoiceField(choices=VERDICTS)
    text = serializers.DictField(child=serializers.CharField())
    values = serializers.DictField()
    margin = serializers.IntegerField(allow_null=True)
    margin_text = serializers.DictField(child=serializers.CharField(), allow_null=True)
    missing = serializers.ListField(child=serializers.CharField())
    children = serializers.SerializerMethodField()

    @extend_schema_field(PARTS)
    def get_children(self, line: Any) -> Any:
        return line["children"]


class PreCheckFinding(PreCheckLine):
    source = serializers.CharField()  # type: ignore[assignment]  # the word of the contract
    readings = serializers.ListField(child=serializers.CharField())
    children = PreCheckLine(many=True)  # type: ignore[assignment]  # the parts, which are lines


class PreCheckCriteria(Told):
    id = serializers.CharField()
    version = serializers.CharField()
    sha256 = serializers.CharField()


class PreCheckAnswer(Told):
    """Advice, no decision: the outcome, every finding, and when all could be met at the earliest."""

    criteria = PreCheckCriteria()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    by_population = serializers.DictField(child=serializers.CharField())
    findings = PreCheckFinding(many=True)
    tally = serializers.DictField(child=serializers.IntegerField())
    warnings = serializers.ListField(child=serializers.CharField())
    earliest_batch = serializers.DictField(allow_null=True, required=False)


class ListedAnswer(Told):
    """The answer to one of several: 200 with its findings, or 422 with its problem."""

    status = serializers.IntegerField()
    body = serializers.DictField()


def _alone_or_many(name: str, alone: type[Told], many: type[Told]) -> PolymorphicProxySerializer:
    return PolymorphicProxySerializer(
        component_name=name, serializers=[alone, many(many=True)], resource_type_field_name=None, many=False
    )


FACTS = _alone_or_many("PreCheckRequest", PreCheckFacts, PreCheckFacts)
ANSWERS = _alone_or_many("PreCheckResult", PreCheckAnswer, ListedAnswer)
