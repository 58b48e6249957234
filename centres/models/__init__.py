"""Who exists and what is true of them."""

from centres.models.centres import Centre, Certificate, CertificateFacility, CertificateScope
from centres.models.committee import CommitteeMandate, Seat
from centres.models.counts import AllograftCount, FigureRelease, RealisedTreatment, Vintage
from centres.models.listing import Listing
from centres.models.organisations import Holder, Hospital
from centres.models.people import HolderMembership
from centres.models.products import Paragraph, Product

__all__ = [
    "AllograftCount",
    "Centre",
    "Certificate",
    "CertificateFacility",
    "CertificateScope",
    "CommitteeMandate",
    "FigureRelease",
    "Holder",
    "HolderMembership",
    "Hospital",
    "Listing",
    "Paragraph",
    "Product",
    "RealisedTreatment",
    "Seat",
    "Vintage",
]
