"""What anyone who holds a code may learn of the dossier that bears it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from applications.calendar import local_day
from applications.enums import ApplicationState
from evaluation.enums import DossierStanding
from evaluation.models import Dossier, Revocation

NOT_A_SIGN_OF_A_CODE = re.compile(r"[\s\-]+")


@dataclass(frozen=True, slots=True)
class Verified:
    """A dossier as the verify page tells of it: how it stands, its day, its reference, its sha256, nothing else."""

    standing: DossierStanding
    rendered_on: date
    reference: str
    sha256: str


def as_code(typed: str) -> str:
    """What was typed or pasted, be it the whole address or groups of four, as a code."""
    return NOT_A_SIGN_OF_A_CODE.sub("", typed.strip().rstrip("/").rpartition("/")[2]).lower()


def verified(code: str) -> Verified | None:
    """The rendered dossier that bears a code; one query whether there is one or not."""
    same = {"template_version": F("assessment__verify_codes__template_version")}
    same["language"] = F("assessment__verify_codes__language")
    made_of = OuterRef("assessment__evaluated_at")
    later = Q(assessment__evaluated_at__gt=made_of) | Q(
        assessment__evaluated_at=made_of, number__gt=OuterRef("number")
    )  # a dossier of an older assessment may be made last
    newer = Dossier.objects.filter(later, application=OuterRef("application"))
    withdrawn = Q(application__state=ApplicationState.WITHDRAWN)
    dossier: Any = (  # with what is asked of it beside its own fields
        Dossier.objects.filter(assessment__verify_codes__code=code, **same)
        .select_related("application__batch")
        .annotate(
            is_taken_back=withdrawn | Exists(Revocation.objects.filter(dossier=OuterRef("pk"))),
            is_superseded=Exists(newer),
        )
        .first()
    )
    if dossier is None:
        return None
    standing = DossierStanding.GENUINE
    if dossier.is_taken_back:
        standing = DossierStanding.REVOKED
    elif dossier.is_superseded:
        standing = DossierStanding.SUPERSEDED
    return Verified(standing, local_day(dossier.rendered_at), dossier.application.reference, dossier.sha256)
