"""Uploads as the OpenAPI document describes them; the views write them out."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from accounts.api.shapes import Shape
from applications.bulk.kinds import KINDS
from applications.enums import UploadState

UPLOAD_KINDS = sorted(KINDS)


class Told(serializers.Serializer[Any]):
    """Described here, written by the view."""


class Listed(Shape):
    """One of a list, of which the chosen fields are told as ``tell`` tells them."""

    def tell(self, instance: Any) -> Mapping[str, Any]:
        """What is listed, when it was told for the whole page before."""
        told: Mapping[str, Any] = instance
        return told

    def to_representation(self, instance: Any) -> dict[str, Any]:
        told = self.tell(instance)
        chosen: list[str] = list(self.fields.keys())
        return {name: told[name] for name in chosen if name in told}


class UploadCounts(Told):
    total = serializers.IntegerField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    faulty = serializers.IntegerField()


class UploadProgress(Told):
    done = serializers.IntegerField()
    total = serializers.IntegerField()


class UploadShape(Told):
    """A file of rows: checked in the background, then written whole or not at all."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=UPLOAD_KINDS)
    state = serializers.ChoiceField(choices=UploadState.choices)
    sha256 = serializers.CharField()
    rows = UploadCounts()
    progress = UploadProgress()
    problems_url = serializers.CharField()
    created_at = serializers.DateTimeField()
    committed_at = serializers.DateTimeField(allow_null=True)
    earlier = serializers.UUIDField(allow_null=True, help_text="An upload of the same bytes.")
    sandbox = serializers.BooleanField(help_text="Checked and previewed, never committed.")
    delivered_on = serializers.DateField(allow_null=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # the contract's name


class UploadProblemShape(Told):
    """One fault; the header of a file is row 1."""

    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    value = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class WouldBeReason(Told):
    code = serializers.CharField()
    message = serializers.CharField()


class UploadRowShape(Told):
    """What a row will do, or did; one of an application says what its outcome would be, as advice."""

    row = serializers.IntegerField()
    state = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]  # the contract's name
    replaces = serializers.DictField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="Of a CHANGED row: what stood there when the file was checked, in the columns that it changes.",
    )
    would_be = serializers.DictField(allow_null=True, required=False)
    would_be_reason = WouldBeReason(allow_null=True, required=False)
