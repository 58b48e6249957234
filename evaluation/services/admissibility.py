"""What a named person says on one item of admissibility, where no rule can tell."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services.audit import record_event
from applications.enums import AdmissibilityState
from applications.models import Application
from evaluation.enums import AdmissibilityItem
from evaluation.models import AdmissibilityCheck
from evaluation.services.guards import lock_for_review, require_reason, require_secretariat


@transaction.atomic
def check_admissibility_item(
    application: Application, *, item: str, result: str, reason: str, by: User, at: datetime
) -> AdmissibilityCheck:
    """The secretariat finds on one item, with a reason; a later finding takes the place of the earlier one.

    It stands beside the decision on the whole file and never enters the outcome.
    """
    require_secretariat(by)
    require_reason(reason)
    _, locked = lock_for_review(application)
    found = {"result": AdmissibilityState(result), "reason": reason.strip(), "by": by, "at": at}
    check, _created = AdmissibilityCheck.objects.update_or_create(
        application=locked, item=AdmissibilityItem(item), defaults=found
    )
    after = {"item": check.item, "result": check.result}
    record_event(locked, by=by, at=at, verb="check_admissibility_item", after=after, reason=check.reason)
    return check
