"""Questions about a file: the secretariat asks, the holder answers once, both read."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django_filters import BooleanFilter, CharFilter, FilterSet, UUIDFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.forms import Form
from accounts.api.lists import ListOf
from accounts.api.openapi import LOCATION
from accounts.api.shapes import Shape, listed, whole
from accounts.clock import now, today
from accounts.errors import Invalid, NotFound, Problem, sentence
from accounts.models import User
from applications.api.naming import of_round
from applications.models import Application, Question
from applications.policies import require_own
from applications.selectors import own_application
from applications.services.questions import answer_question, ask_question
from centres.api.repeatable import Repeatable
from evaluation.api.access import FILES, clerk, filed
from evaluation.law import criteria_on


class QuestionShape(Shape):
    """What the secretariat asked about one criterion, and the answer that stands beside it."""

    id = serializers.UUIDField()
    criterion = serializers.CharField()
    text = serializers.CharField()
    asked_at = serializers.DateTimeField()
    answer = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class AnyQuestionShape(QuestionShape):
    """A question with the file it is about."""

    application = serializers.UUIDField(source="application_id")
    reference = serializers.CharField(source="application.reference")


class QuestionFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    application = UUIDFilter(field_name="application_id")
    batch = CharFilter(method="by_batch")
    criterion = CharFilter()
    answered = BooleanFilter(field_name="answered_at", lookup_expr="isnull", exclude=True)

    def by_batch(self, found: QuerySet[Question], name: str, value: str) -> QuerySet[Question]:
        return of_round(found, value, above="application__")


class AnyQuestionsView(ListOf):
    """The questions on every file that the caller sees, newest first; `answered=false` are those that wait."""

    permission_classes = (FILES,)  # type: ignore[assignment]  # gives itself when called
    serializer_class = AnyQuestionShape
    filterset_class = QuestionFilters
    queryset = Question.objects.none()
    order: ClassVar = ("-asked_at", "-id")

    def get_queryset(self) -> QuerySet[Question]:
        found = Question.objects.visible_to(user_of(self.request))
        return found.select_related("application__batch")


class QuestionForm(Form[Question]):
    criterion = serializers.CharField(max_length=4)
    text = serializers.CharField(max_length=2_000)


class AnswerForm(Form[Question]):
    answer = serializers.CharField(max_length=5_000)


class QuestionsView(Repeatable):
    permission_classes = (FILES,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="question_list", responses=listed(QuestionShape))
    def get(self, request: Request, application_id: UUID) -> Response:
        """Every question about a file, in the order in which they were asked."""
        rows = Question.objects.filter(application=own_application(user_of(request), application_id))
        return Response(whole(QuestionShape, rows, request))

    @extend_schema(
        operation_id="question_ask", request=QuestionForm, parameters=[LOCATION], responses={201: QuestionShape}
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Ask the holder something about one criterion, from submission until the decision."""
        user = clerk(request)
        application = filed(user, application_id)
        form = QuestionForm(data=request.data)
        form.is_valid(raise_exception=True)
        _require_criterion(application, form.validated_data["criterion"])
        question = ask_question(application, **form.validated_data, by=user, at=now())
        address = reverse("api:question", args=[application_id, question.pk])
        return Response(QuestionShape(question).data, status=201, headers={"Location": address})


class QuestionView(Repeatable):
    permission_classes = (FILES,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="question_read", responses=QuestionShape)
    def get(self, request: Request, application_id: UUID, question_id: UUID) -> Response:
        """One question with its answer."""
        found = _question(user_of(request), application_id, question_id)
        return Response(QuestionShape(found, context={"request": request}).data)


class AnswerView(Repeatable):
    permission_classes = (FILES,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="question_answer", request=AnswerForm, responses=QuestionShape)
    def post(self, request: Request, application_id: UUID, question_id: UUID) -> Response:
        """Answer once, as staff of the holder; the answer stands."""
        user = user_of(request)
        found = _question(user, application_id, question_id)
        require_own(user, found.application)
        form = AnswerForm(data=request.data)
        form.is_valid(raise_exception=True)
        answered = answer_question(found, answer=form.validated_data["answer"], by=user, at=now())
        return Response(QuestionShape(answered).data)


def _question(user: User, application_id: UUID, question_id: UUID) -> Question:
    rows = Question.objects.visible_to(user).select_related("application__holder")
    found = rows.filter(application=application_id, pk=question_id).first()
    if found is None:
        raise NotFound
    return found


def _require_criterion(application: Application, criterion: str) -> None:
    """Raises Invalid for what is no criterion of the version by which the file is judged."""
    day = application.batch.reference_on if application.batch else today()
    known = criteria_on(day).order
    if criterion not in known:
        told = sentence("name-unknown", {"allowed": ", ".join(known)})
        raise Invalid(problems=[Problem("/criterion", "invalid_choice", told)])
