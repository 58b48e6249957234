"""Who may do what with an application; a stranger learns nothing, not even that it exists."""

from accounts.errors import Conflict, NotAllowed, NotFound
from accounts.models import User
from accounts.policies import is_holder, is_secretariat
from applications.enums import AdmissibilityState, ApplicationState
from applications.models import Application
from applications.states import may_move
from centres.models import Holder, HolderMembership

CLOSED_FOR_QUESTIONS = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.DECIDED)


def works_for(user: User, holder: Holder) -> bool:
    """The person files for this company today."""
    return HolderMembership.objects.filter(user=user, holder=holder, valid_to=None).exists()


def is_own(user: User, application: Application) -> bool:
    return is_holder(user) and works_for(user, application.holder)


def require_own(user: User, application: Application) -> None:
    """Raises NotFound for another company's staff, NotAllowed for every other role."""
    if not is_holder(user):
        raise NotAllowed
    if not works_for(user, application.holder):
        raise NotFound


def may_change(user: User, application: Application) -> bool:
    """Answers change only while the application is a draft, by staff of its company."""
    return application.is_draft and is_own(user, application)


def require_draft(application: Application) -> None:
    if not application.is_draft:
        raise Conflict("not-a-draft")


def takes_evidence(application: Application) -> bool:
    """Documents come with the draft, or afterwards when the secretariat asked to complete the file."""
    asked = application.admissibility == AdmissibilityState.TO_COMPLETE
    return application.is_draft or (asked and application.state == ApplicationState.SUBMITTED)


def may_add_evidence(user: User, application: Application) -> bool:
    return takes_evidence(application) and is_own(user, application)


def may_withdraw(user: User, application: Application) -> bool:
    return may_move(application, "withdraw", user) and is_own(user, application)


def may_ask(user: User, application: Application) -> bool:
    """The secretariat asks from submission until the decision."""
    return is_secretariat(user) and application.state not in CLOSED_FOR_QUESTIONS


def may_decide_admissibility(user: User, application: Application) -> bool:
    return may_move(application, "admit", user) or may_move(application, "refuse", user)
