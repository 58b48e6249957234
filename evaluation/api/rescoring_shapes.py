"""Re-scorings as the OpenAPI document describes them; the view writes them out."""

from typing import Any

from rest_framework import serializers

from evaluation.enums import RescoringKind
from jobs.enums import JobState


class Told(serializers.Serializer[Any]):
    """Described here, written by the view."""


class RescoringProgress(Told):
    done = serializers.IntegerField()
    total = serializers.IntegerField()


class RescoringShape(Told):
    """One question put to stored evaluations: a simulation, no verdict changes."""

    id = serializers.UUIDField()
    simulation = serializers.BooleanField()
    kind = serializers.ChoiceField(choices=RescoringKind.choices)
    question = serializers.CharField()
    version = serializers.CharField(allow_null=True)
    on = serializers.DateField(allow_null=True)
    reading = serializers.CharField(allow_null=True)
    option = serializers.IntegerField(allow_null=True)
    criterion = serializers.CharField(allow_null=True)
    needed = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    batch = serializers.CharField(allow_null=True)
    with_superseded = serializers.BooleanField()
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(choices=JobState.choices)
    progress = RescoringProgress()
    counts = serializers.DictField(allow_null=True)


class RescoredChange(Told):
    before = serializers.CharField()
    after = serializers.CharField()


class RescoredRow(Told):
    """One file before and after, or why the other side cannot be judged."""

    application = serializers.UUIDField()
    reference = serializers.CharField()
    assessment = serializers.UUIDField(allow_null=True)
    needed = serializers.IntegerField(allow_null=True)
    outcome_before = serializers.CharField()
    outcome_after = serializers.CharField(allow_null=True)
    changes = serializers.DictField(child=RescoredChange())
    cannot_be_judged = serializers.ListField(child=serializers.DictField())


class RescoredBallotShape(Told):
    ballot = serializers.UUIDField()
    reference = serializers.CharField()
    population = serializers.CharField()
    outcome_before = serializers.CharField()
    outcome_after = serializers.CharField()


class ReadRescoring(RescoringShape):
    """A re-scoring with a page of its rows; `next` leads to the following ones."""

    rows = RescoredRow(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    ballots = RescoredBallotShape(many=True)
