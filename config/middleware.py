"""What every page of the desk shares: its language, its cache rule and its error pages."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header
from django_structlog.middlewares import RequestMiddleware

from accounts.errors import NotFound
from config.problems import as_desk_error, problem_response

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SCREEN_LANGUAGES = frozenset({"nl", "fr", "en"})


def no_store(get_response: GetResponse) -> GetResponse:
    """What a signed-in person saw stays in no cache."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    return middleware


def chosen_language(request: HttpRequest) -> str | None:
    """The language a signed-in person reads: the choice made in this browser, else the one of the account."""
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if cookie in SCREEN_LANGUAGES:
        return cookie
    return getattr(request.user, "language", None)


def user_language(get_response: GetResponse) -> GetResponse:
    """After `LocaleMiddleware`, which knows only the browser: the language of the person."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and (language := chosen_language(request)):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        elif request.path.startswith("/api/") and translation.get_language() not in SCREEN_LANGUAGES:
            translation.activate(language_of_call(request))
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware


def language_of_call(request: HttpRequest) -> str:
    """The interface speaks the languages of the screens; German, of public pages only, gives way to the next."""
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    known = [code.partition("-")[0] for code, _weight in asked]
    return next((code for code in known if code in SCREEN_LANGUAGES), settings.LANGUAGE_CODE)


def no_nul(get_response: GetResponse) -> GetResponse:
    """No text in the database holds a NUL, so an address with one names nothing, wherever in it that stands."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\0" not in request.path and "%00" not in request.META.get("QUERY_STRING", ""):
            return get_response(request)
        if request.path.startswith("/api/"):
            return problem_response(status=404, code="not-found", detail=str(NotFound().message))
        raise Http404

    return middleware


class RequestLog(RequestMiddleware):
    """One line per request without its query: what a person searches for, or shares in a link, is nobody's to keep."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


class ErrorPages:
    """The HTML door for errors: the family of `accounts.errors` becomes the page of its status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        error = as_desk_error(exception)
        if error is None or request.path.startswith("/api/"):
            return None
        context = {
            "status": error.status,
            "error_code": error.code,
            "message": error.message,
            "problems": getattr(error, "problems", ()),
            "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
        }
        return render(request, f"{error.status}.html", context, status=error.status)
