"""The links of the top bar: which role sees which pages."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role

Link = tuple[str | Promise, str]

TODAY = (_("Today"), "evaluation:today")
APPLICATIONS = (_("My applications"), "applications:list")
UPLOADS = (_("Uploads"), "applications:uploads")
BATCHES = (_("Batches"), "evaluation:batches")
CENTRES = (_("Centres"), "centres:list")
MEETINGS = (_("Meetings"), "evaluation:meetings")
PUBLIC_LIST = (_("Public list"), "evaluation:list")
CRITERIA = (_("Criteria"), "evaluation:criteria")
RESCORINGS = (_("Re-scorings"), "evaluation:rescorings")
PRE_CHECK = (_("Pre-check"), "evaluation:pre-check")
AUDIT_TRAIL = (_("Audit trail"), "evaluation:audit")
USERS = (_("Users"), "accounts:users")
CLIENTS = (_("API clients"), "centres:clients")
JOBS = (_("Jobs"), "jobs:list")
SIGN_IN = (_("Sign in"), "account_login")

ANONYMOUS = (PUBLIC_LIST, PRE_CHECK, CRITERIA, SIGN_IN)
COMMITTEE = (TODAY, MEETINGS, PUBLIC_LIST, CRITERIA)
BY_ROLE: dict[str, tuple[Link, ...]] = {
    Role.HOLDER: (TODAY, APPLICATIONS, UPLOADS, PRE_CHECK, PUBLIC_LIST, CRITERIA),
    Role.SECRETARIAT: (TODAY, BATCHES, CENTRES, MEETINGS, RESCORINGS, PUBLIC_LIST, CRITERIA, UPLOADS),
    Role.MEMBER: COMMITTEE,
    Role.CHAIR: COMMITTEE,
    Role.AUDITOR: (TODAY, BATCHES, CENTRES, MEETINGS, RESCORINGS, AUDIT_TRAIL, PUBLIC_LIST),
    Role.ADMINISTRATOR: (TODAY, USERS, CLIENTS, JOBS, PUBLIC_LIST),
}


@dataclass(frozen=True, slots=True)
class NavItem:
    """One link of the top bar; `active` when the page shown lies under it."""

    label: str | Promise
    url_name: str
    active: bool


def navigation(request: HttpRequest) -> dict[str, tuple[NavItem, ...]]:
    """A person sees the links of their role; a page that this installation lacks is left out."""
    user = getattr(request, "user", None)
    role = user.role if user is not None and user.is_authenticated else None
    links = ANONYMOUS if role is None else BY_ROLE.get(role, ())
    found = [(label, name, path) for label, name in links if (path := _path_of(name)) is not None]
    current = _current_path(request.path, [path for _label, _name, path in found])
    return {"nav_items": tuple(NavItem(label, name, active=path == current) for label, name, path in found)}


def _path_of(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def _current_path(shown: str, paths: list[str]) -> str | None:
    above = [path for path in paths if shown == path or (path != "/" and shown.startswith(path))]
    return max(above, key=len, default=None)
