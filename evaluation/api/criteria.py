"""The criteria as data, for everyone: versions, one whole, the file itself, cases to check one's own rules by."""

import hashlib
import json
from datetime import date
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from accounts.api.doors import AS_FILE, Door
from accounts.api.openapi import ETAG, IF_NONE_MATCH
from accounts.api.shapes import Shape, listed, whole
from centres.api.files import AN_HOUR, TomlRenderer, published
from centres.enums import Population
from evaluation.law import criteria_cases, criteria_file, criteria_versions, version_named
from evaluation.rules.enums import EvidenceSlot
from evaluation.rules.explain import LANGUAGES, criterion_name
from evaluation.rules.model import Admissibility, Criterion

TOML = "application/toml"


class TextsShape(Shape):
    """One text in three languages."""

    nl = serializers.CharField()
    fr = serializers.CharField()
    en = serializers.CharField()


class VersionShape(Shape):
    """A version of the criteria; its days are inclusive, without a last day it holds until it is replaced."""

    id = serializers.CharField()
    version = serializers.CharField(help_text="Its first day in force.")
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    checked_on = serializers.DateField()
    sha256 = serializers.CharField(help_text="Of the file's bytes; every receipt names it.")
    booked_years = serializers.IntegerField()


class LawShape(Shape):
    """The sentence as published, in Dutch, with the translations of the desk; a house rule quotes none."""

    source = serializers.CharField()  # type: ignore[assignment]  # the word of the criteria's file
    sentence = serializers.CharField(allow_blank=True)
    sentence_sha256 = serializers.CharField(allow_blank=True)
    translations = serializers.DictField(child=serializers.CharField())
    fr_is_working_translation = serializers.BooleanField()


class ItemShape(Shape):
    """What is asked of a site or of an application, with what proves it and how it is read."""

    id = serializers.CharField()
    name = serializers.SerializerMethodField()
    law = LawShape(source="provenance")
    help = TextsShape()
    evidence = serializers.ListField(child=serializers.ChoiceField(choices=[each.value for each in EvidenceSlot]))
    readings = serializers.ListField(child=serializers.CharField())

    @extend_schema_field(TextsShape)
    def get_name(self, item: Criterion | Admissibility) -> dict[str, str]:
        return {language: criterion_name(item.id, language) for language in LANGUAGES}


class CriterionShape(ItemShape):
    """One criterion with the name of its check and the numbers it is bound to."""

    check = serializers.SerializerMethodField()
    parameters = serializers.SerializerMethodField()
    rests_on = serializers.DictField(child=serializers.CharField())
    populations = serializers.SerializerMethodField()

    def get_check(self, item: Criterion) -> str:
        return getattr(item.check, "__name__", "")

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_parameters(self, item: Criterion) -> dict[str, Any]:
        return {name: plain(value) for name, value in item.parameters.items()}

    @extend_schema_field({"type": "array", "items": {"type": "string", "enum": list(Population.values)}})
    def get_populations(self, item: Criterion) -> list[str]:
        return sorted(each.value for each in item.populations)


class CriteriaShape(VersionShape):
    """A version with everything in it; what one reads into its sentences is told by `/readings`."""

    order = serializers.ListField(child=serializers.CharField())
    criteria = CriterionShape(many=True)
    admissibility = ItemShape(many=True)


class CaseShape(Shape):
    """Facts of a site and the answer that these criteria give to them, as of `/pre-checks`."""

    name = serializers.CharField()
    facts = serializers.DictField()
    expected = serializers.DictField()


class Published(Door):
    """For everyone, without a token, so often a minute from one address."""

    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "public"


def kept(body: Any) -> Response:
    """An answer that a cache may keep for an hour."""
    return Response(body, headers={"Cache-Control": AN_HOUR})


class CriteriaListView(Published):
    @extend_schema(operation_id="criteria_list", responses=listed(VersionShape), auth=[])
    def get(self, request: Request) -> Response:
        """Every version of the criteria, oldest first."""
        return kept(whole(VersionShape, criteria_versions(), request))


class CriteriaView(Published):
    @extend_schema(operation_id="criteria_read", responses=CriteriaShape, auth=[])
    def get(self, request: Request, version: str) -> Response:
        """One version: criteria and admissibility with sentences, numbers, help and evidence."""
        return kept(CriteriaShape(version_named(version), context={"request": request}).data)


class CriteriaFileView(Published):
    asks = AS_FILE
    renderer_classes = (TomlRenderer, JSONRenderer)

    @extend_schema(
        operation_id="criteria_file",
        parameters=[IF_NONE_MATCH, ETAG],
        responses={(200, TOML): OpenApiTypes.STR, 304: None},
        auth=[],
    )
    def get(self, request: Request, version: str) -> HttpResponse:
        """The file itself, byte for byte; its ETag is the sha256 that receipts name."""
        found = version_named(version)
        return published(request, criteria_file(found), sha256=found.sha256, content_type=TOML)


class CriteriaCasesView(Published):
    asks = ()

    @extend_schema(
        operation_id="criteria_cases",
        parameters=[IF_NONE_MATCH, ETAG],
        responses={200: CaseShape(many=True), 304: None},
        auth=[],
    )
    def get(self, request: Request, version: str) -> HttpResponse:
        """Cases with their answers: rules written elsewhere that give these answers read the law as the desk does."""
        content = criteria_cases(version_named(version))
        sha256 = hashlib.sha256(content).hexdigest()
        return published(request, content, sha256=sha256, content_type="application/json")


def plain(value: Any) -> Any:
    """A parameter of a check as JSON writes it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(each) for each in value]
    return json.loads(json.dumps(value, default=str))
