"""Files of rows in the browser: sent, checked with every fault named, committed by a second click."""

import uuid
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.clock import now
from accounts.downloads import csv_response, file_response
from accounts.errors import DeskError, NotAllowed, NotFound, sentence
from accounts.models import User
from applications.bulk import workbooks
from applications.bulk.exports import problem_rows, template_rows
from applications.bulk.kinds import KINDS
from applications.bulk.messages import fault_message
from applications.enums import UploadKind, UploadState
from applications.models import Upload
from applications.selectors import own_upload
from applications.services.uploads import Sent, order_commit, receive_upload
from applications.web.access import person
from applications.web.upload_rows import row_page, state_chips
from jobs.services import enqueue

PER_PAGE = 50
HTMX_STOP = 286
MOVING = (UploadState.RECEIVED, UploadState.CHECKING, UploadState.COMMITTING)


class UploadForm(forms.Form):
    """The key is drawn with the form, so that a double click sends one upload."""

    kind = forms.ChoiceField(label=gettext_lazy("What the file holds"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV in UTF-8, XLSX or JSON. Nothing is written until you commit it."),
        allow_empty_file=True,
    )
    delivered_on = forms.DateField(
        label=gettext_lazy("Delivered on"),
        help_text=gettext_lazy("For figures: the day on which they were delivered."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("For figures: where they come from, for example RIZIV-INAMI."),
        max_length=200,
        required=False,
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=255)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [(each, UploadKind(each).label) for each in kinds]
        if not any(KINDS[each].is_delivery for each in kinds):
            del self.fields["delivered_on"], self.fields["source"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.CART_UPLOAD_BYTES:
            limit = settings.CART_UPLOAD_BYTES // 1024 // 1024
            raise forms.ValidationError(sentence("upload-too-large", {"limit": limit}))
        return file

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("kind") in KINDS and KINDS[given["kind"]].is_delivery:
            for name in ("delivered_on", "source"):
                if name not in self.errors and not given.get(name):
                    self.add_error(name, sentence("delivery-unsaid", {}))
        return given


def kinds_of(user: User) -> list[str]:
    return [kind for kind, about in KINDS.items() if about.role == user.role]


@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request: HttpRequest) -> HttpResponse:
    """What was sent, and the form to send a file."""
    user = person(request)
    kinds = kinds_of(user)
    if not kinds and request.method == "POST":
        raise NotAllowed
    form = UploadForm(request.POST or None, request.FILES or None, kinds=kinds, initial={"key": str(uuid.uuid4())})
    if request.method == "POST" and form.is_valid():
        upload = _receive(form, user)
        return redirect("applications:upload", upload_id=upload.pk)
    found = Upload.objects.visible_to(user).select_related("created_by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    templates = [{"kind": kind, "label": UploadKind(kind).label} for kind in kinds]
    context = {"form": form if kinds else None, "page": page, "templates": templates}
    return render(request, "applications/uploads.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _receive(form: UploadForm, user: User) -> Upload:
    file = form.cleaned_data["file"]
    given = form.cleaned_data
    is_delivery = KINDS[given["kind"]].is_delivery
    sent = Sent(
        kind=given["kind"],
        file_name=file.name or "",
        content=file.read(),
        delivered_on=given["delivered_on"] if is_delivery else None,
        source=given["source"] if is_delivery else "",
    )
    upload, job = receive_upload(sent, key=form.cleaned_data["key"], by=user, at=now())
    if job is not None:
        enqueue(job)
    return upload


@require_safe
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """State, counts, faults and rows of one upload; asked again every two seconds while it is worked on."""
    user = person(request)
    found = own_upload(user, upload_id)
    number, state = request.GET.get("page"), request.GET.get("state", "")
    faults = Paginator(found.problems.all(), PER_PAGE).get_page(number)
    page, rows = row_page(found, state=state, number=number) if not faults else (faults, [])
    context = {
        "upload": found,
        "moving": found.state in MOVING,
        "may_commit": found.state == UploadState.READY and not found.sandbox and found.kind in kinds_of(user),
        "page": page,
        "faults": [{"problem": problem, "message": fault_message(problem.code)} for problem in faults],
        "rows": rows,
        "chips": state_chips(found, state=state),
        "previews": found.kind == UploadKind.APPLICATIONS and found.state != UploadState.REJECTED,
        "columns": KINDS[found.kind].columns,
        "crumbs": [
            {"label": _("Uploads"), "href": "/uploads/"},
            {"label": found.file_name, "href": ""},
        ],
    }
    if request.headers.get("HX-Request"):
        status = 200 if found.state in MOVING else HTMX_STOP
        answer = render(request, "applications/parts/upload_state.html", context, status=status)
        if status == HTMX_STOP:
            answer["HX-Refresh"] = "true"
        return answer
    return render(request, "applications/upload.html", context)


@require_POST
def commit(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Order the writing of a checked upload; a second click finds the first order."""
    user = person(request)
    found = own_upload(user, upload_id)
    if found.kind not in kinds_of(user):
        raise NotAllowed
    try:
        with transaction.atomic():
            enqueue(order_commit(found, by=user, at=now()))
    except DeskError as error:
        messages.error(request, error.message)
    return redirect("applications:upload", upload_id=found.pk)


@require_safe
def problems(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    found = own_upload(person(request), upload_id)
    return csv_response(problem_rows(found), file_name=f"problems-{found.pk}.csv")


@require_safe
def template(request: HttpRequest, kind: str, ending: str) -> HttpResponse:
    """The header with an example, as CSV or as a workbook that explains each column."""
    if kind not in kinds_of(person(request)):
        raise NotFound
    if ending == "xlsx":
        return file_response(
            workbooks.template_workbook(kind), media_type=workbooks.MEDIA_TYPE, file_name=f"{kind}.xlsx"
        )
    return csv_response(template_rows(kind), file_name=f"{kind}.csv")
