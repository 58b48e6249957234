"""The code that leads from a dossier to the page that verifies it, and the act that takes a dossier back."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import User
from accounts.services.audit import record_event
from evaluation.dossiers.version import TEMPLATE_VERSION
from evaluation.models import ApplicationAssessment, Dossier, Revocation, VerifyCode
from evaluation.policies import may_revoke_dossier

BITS = 128


def draw_code(assessment: ApplicationAssessment, *, at: datetime) -> VerifyCode:
    """The code of the dossier of an assessment: drawn with the order, the same whenever it is rendered again."""
    about = {
        "assessment": assessment,
        "template_version": TEMPLATE_VERSION,
        "language": assessment.application.language,
    }
    code = secrets.token_hex(BITS // 8)
    address = f"{settings.CART_URL}{reverse('evaluation:verify', args=[code])}"
    drawn = VerifyCode(code=code, address=address, drawn_at=at, **about)
    VerifyCode.objects.bulk_create([drawn], ignore_conflicts=True)
    return VerifyCode.objects.get(**about)


@transaction.atomic
def revoke_dossier(dossier: Dossier, *, reason: str, by: User, at: datetime) -> Revocation:
    """The secretariat takes a dossier back; from then on its verify page says so, and the reason stays inside."""
    if not may_revoke_dossier(by):
        raise NotAllowed
    if not reason.strip():
        raise Invalid("reason-missing")
    locked = Dossier.objects.select_for_update().get(pk=dossier.pk)
    if Revocation.objects.filter(dossier=locked).exists():
        raise Conflict("dossier-revoked")
    revocation = Revocation.objects.create(dossier=locked, reason=reason.strip(), by=by, at=at)
    record_event(locked, by=by, at=at, verb="revoke_dossier", after={"sha256": locked.sha256}, reason=reason.strip())
    return revocation
