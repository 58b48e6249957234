"""Filing over the API, one thing at a time: the same services as the browser's steps."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.forms import Form
from accounts.api.openapi import ETAG, IF_MATCH, LOCATION
from accounts.api.parsers import BODILESS
from accounts.api.preconditions import etag, require_match
from accounts.api.shapes import listed, whole
from accounts.clock import now, today
from accounts.errors import Invalid, NotAllowed, NotFound, Problem
from applications.api.applications import READ, ApplicationsView
from applications.api.shapes import (
    ApplicationShape,
    MissingShape,
    StatementShape,
    application_json,
)
from applications.bulk.checked import registers_of
from applications.bulk.faults import RowFault
from applications.bulk.messages import fault_message
from applications.enums import DossierLanguage, StatementField
from applications.models import Annex, Application, Statement
from applications.policies import require_own
from applications.selectors import holder_of, missing_items, own_application
from applications.services.drafts import change_application, delete_draft, start_application, state_fact, unstate_fact
from applications.services.submission import withdraw_application
from centres.api.repeatable import Repeatable
from centres.enums import Population
from centres.models import Holder
from centres.validators import bare_number

LOOKED_UP = ("product_code", "paragraph", "site_number")


class DraftForm(Form[Application]):
    """What an application asks; the columns of the `applications` upload, with the forecast as a list."""

    product_code = serializers.CharField(max_length=7)
    paragraph = serializers.CharField(max_length=8)
    site_number = serializers.CharField(max_length=16)
    populations = serializers.ListField(child=serializers.ChoiceField(choices=Population.choices), allow_empty=False)
    language = serializers.ChoiceField(choices=DossierLanguage.choices)
    contact_email = serializers.EmailField()
    external_reference = serializers.CharField(max_length=80, required=False, allow_blank=True)
    apheresis_site = serializers.CharField(max_length=16, required=False, allow_blank=True)
    laboratory_site = serializers.CharField(max_length=16, required=False, allow_blank=True)
    forecast = serializers.ListField(
        child=serializers.IntegerField(min_value=0, allow_null=True), min_length=3, max_length=3, required=False
    )
    motivation = serializers.CharField(max_length=5_000, required=False, allow_blank=True)


class StatementForm(Form[Statement]):
    """One fact about the site, in the shape of the pre-check; `key` tells facts of one field apart."""

    field = serializers.ChoiceField(choices=StatementField.choices)
    key = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    value = serializers.JSONField()
    annex_sha256 = serializers.CharField(max_length=64, required=False, allow_blank=True)
    page = serializers.IntegerField(min_value=1, required=False, allow_null=True)


class WithdrawalForm(Form[Application]):
    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


def changes_of(given: dict[str, Any], holder: Holder, application: Application | None = None) -> dict[str, Any]:
    """The service's words for what was given; products, paragraphs and sites are looked up, all faults at once."""
    changes = {name: value for name, value in given.items() if name not in (*LOOKED_UP, "forecast")}
    changes |= {f"forecast_year_{place}": count for place, count in enumerate(given.get("forecast", ()), start=1)}
    if not any(name in given for name in LOOKED_UP):
        return changes
    product = given.get("product_code") or (application.product.code if application else "") or ""
    paragraph = given.get("paragraph") or (application.paragraph.number if application else "")
    site = bare_number(given.get("site_number") or (application.centre.site_number if application else ""))
    registers = registers_of([product], [site])
    faults = registers.faults(product, paragraph, ("site_number", site))
    if product in registers.products and registers.products[product].holder_id != holder.pk:
        faults.append(RowFault("product_code", "product_of_another", product))
    if faults:
        raise Invalid(problems=[Problem(f"/{each.column}", each.code, fault_message(each.code)) for each in faults])
    named = {"product": registers.products[product], "centre": registers.centres[site]}
    return changes | named | {"paragraph": registers.paragraphs[product, paragraph]}


def drafted(request: Request) -> Application:
    """A draft from the body. Raises Invalid with every fault, NotAllowed for who files for nobody."""
    form = DraftForm(data=request.data)
    form.is_valid(raise_exception=True)
    user = user_of(request)
    holder = holder_of(user)
    if holder is None:
        raise NotAllowed
    changes = changes_of(form.validated_data, holder)
    years = tuple(changes.pop(f"forecast_year_{place}", None) for place in (1, 2, 3))
    return start_application(holder=holder, forecast=(years[0], years[1], years[2]), by=user, at=now(), **changes)


def answered(request: Request, application: Application, status: int = 200, **headers: str) -> Response:
    body = application_json(application, {"request": request})
    return Response(body, status=status, headers={"ETag": etag(application.version), **headers})


class FilingView(ApplicationsView, Repeatable):
    """The applications that the client may see, newest first; `POST` starts a draft of the client's holder."""

    @extend_schema(
        operation_id="application_start",
        request=DraftForm,
        parameters=[LOCATION, ETAG],
        responses={201: ApplicationShape},
    )
    def post(self, request: Request) -> Response:
        """Start a draft; it is filed with `submit`."""
        application = own_application(user_of(request), drafted(request).pk)
        return answered(request, application, 201, Location=reverse("api:application", args=[application.pk]))


class DraftView(Repeatable):
    """One application; a draft can be changed and put away, `If-Match` naming the version that was read."""

    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(operation_id="application_read", parameters=[ETAG], responses=ApplicationShape)
    def get(self, request: Request, application_id: UUID) -> Response:
        """One application; its ETag is what a change must send back as If-Match."""
        return answered(request, own_application(user_of(request), application_id))

    @extend_schema(
        operation_id="application_change",
        request=DraftForm(partial=True),
        parameters=[IF_MATCH, ETAG],
        responses=ApplicationShape,
    )
    def patch(self, request: Request, application_id: UUID) -> Response:
        """Change a draft; only what is given changes."""
        user = user_of(request)
        application = own_application(user, application_id)
        require_own(user, application)
        require_match(request, application.version)
        form = DraftForm(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changes = changes_of(form.validated_data, application.holder, application)
        change_application(application, changes=changes, by=user, at=now(), expected_version=application.version)
        return answered(request, own_application(user, application_id))

    @extend_schema(operation_id="application_put_away", parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: Request, application_id: UUID) -> Response:
        """A draft is put away; the row stays, withdrawn."""
        user = user_of(request)
        application = own_application(user, application_id)
        require_own(user, application)
        require_match(request, application.version)
        delete_draft(application, by=user, at=now())
        return Response(status=204)


class StatementsView(Repeatable):
    """What an application states about its site; it is of one version with the application."""

    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(operation_id="statement_list", parameters=[ETAG], responses=listed(StatementShape))
    def get(self, request: Request, application_id: UUID) -> Response:
        """Every fact that an application states; the ETag is that of the application."""
        application = own_application(user_of(request), application_id)
        rows = Statement.objects.filter(application=application).select_related("annex")
        return Response(whole(StatementShape, rows, request), headers={"ETag": etag(application.version)})

    @extend_schema(
        operation_id="statement_write", request=StatementForm, parameters=[IF_MATCH, ETAG], responses=StatementShape
    )
    def put(self, request: Request, application_id: UUID) -> Response:
        """State one fact; the same field and key replaces what was stated. The ETags are those of the application."""
        user = user_of(request)
        application = own_application(user, application_id)
        require_own(user, application)
        require_match(request, application.version)
        form = StatementForm(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        annex = _annex(application, given.get("annex_sha256", ""))
        told = {name: given[name] for name in ("field", "key", "value")}
        read = application.version
        page = given.get("page")
        row = state_fact(application, **told, annex=annex, page=page, by=user, at=now(), expected_version=read)
        present = own_application(user, application_id).version
        return Response(StatementShape(row).data, headers={"ETag": etag(present)})


class StatementView(Repeatable):
    parser_classes = BODILESS
    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(operation_id="statement_take_back", parameters=[IF_MATCH, ETAG], responses={204: None})
    def delete(self, request: Request, application_id: UUID, statement_id: UUID) -> Response:
        """Take back what a draft states. The ETags are those of the application."""
        user = user_of(request)
        application = own_application(user, application_id)
        named = Statement.objects.filter(application=application, pk=statement_id)
        row = named.select_related("application__holder").first()
        if row is None:
            raise NotFound
        require_own(user, application)
        require_match(request, application.version)
        unstate_fact(row, by=user, at=now(), expected_version=application.version)
        return Response(status=204, headers={"ETag": etag(own_application(user, application_id).version)})


class MissingView(Repeatable):
    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(operation_id="missing_list", responses=listed(MissingShape))
    def get(self, request: Request, application_id: UUID) -> Response:
        """What an application still lacks; what is blocking must be there before it can be submitted."""
        application = own_application(user_of(request), application_id)
        return Response(whole(MissingShape, missing_items(application, on=today()), request))


class WithdrawView(Repeatable):
    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(operation_id="application_withdraw", request=WithdrawalForm, responses=ApplicationShape)
    def post(self, request: Request, application_id: UUID) -> Response:
        """Take a submitted application back, until the vote; its reference stays taken."""
        user = user_of(request)
        application = own_application(user, application_id)
        form = WithdrawalForm(data=request.data)
        form.is_valid(raise_exception=True)
        withdraw_application(application, by=user, at=now(), reason=form.validated_data["reason"])
        return answered(request, own_application(user, application_id))


def _annex(application: Application, sha256: str) -> Annex | None:
    """Raises Invalid for a file that is not among the application's documents."""
    if not sha256:
        return None
    annex = Annex.objects.present().filter(application=application, sha256=sha256).first()
    if annex is None:
        raise Invalid(problems=[Problem("/annex_sha256", "unknown_annex", fault_message("unknown_annex"))])
    return annex
