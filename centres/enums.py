"""The closed lists of the registers; each value is stored, sent and shown under the same name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Population(models.TextChoices):
    ADULT = "ADULT", _("adults")
    PAED = "PAED", _("children")


class Activity(models.TextChoices):
    ALLO = "ALLO", _("allogeneic transplantation")
    IEC = "IEC", _("immune effector cells")


class FacilityRole(models.TextChoices):
    CLINICAL = "CLINICAL", _("clinical unit")
    COLLECTION = "COLLECTION", _("collection unit")
    PROCESSING = "PROCESSING", _("processing laboratory")


class HolderRole(models.TextChoices):
    MAH = "MAH", _("marketing-authorisation holder")
    REPRESENTATIVE = "REPRESENTATIVE", _("mandated representative")


class VintageKind(models.TextChoices):
    ALLOGRAFTS = "ALLOGRAFTS", _("booked allogeneic transplantations")
    REALISED = "REALISED", _("realised CAR-T treatments")


class NomenclatureCode(models.TextChoices):
    AMBULATORY = "470654", _("470654 (ambulatory)")
    HOSPITALISED = "470665", _("470665 (hospitalised)")


class SeatGroup(models.TextChoices):
    CHAIR = "CHAIR", _("chair")
    ACADEMIC = "ACADEMIC", _("universities")
    SICKNESS_FUND = "SICKNESS_FUND", _("sickness funds")
    PHARMACIST = "PHARMACIST", _("pharmacists' organisations")
    PHYSICIAN = "PHYSICIAN", _("physicians' organisations")
    INDUSTRY = "INDUSTRY", _("pharmaceutical industry")
    MINISTER = "MINISTER", _("nominated by a minister")
    CONTROL = "CONTROL", _("medical evaluation and control service")
