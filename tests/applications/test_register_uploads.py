"""The kinds that fill the registers: sites, certificates, booked and realised figures."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.clock import now
from accounts.enums import Role
from accounts.models import AuditEvent, User
from applications.models import Upload
from applications.services.uploads import check_upload, commit_upload
from centres.models import AllograftCount, Centre, Certificate, Hospital, RealisedTreatment, Vintage
from centres.selectors import realised_treatments, standing_counts
from tests.accounts.builders import make_token
from tests.builders import make_centre, make_product, make_user, site_number

pytestmark = pytest.mark.django_db

CENTRES = "site_number,site_name,street,postal_code,municipality,hospital_name,hospital_number"
CERTIFICATES = (
    "body,certificate_number,programme_name,programme_sites,valid_from,valid_to,extended_to,renewal_filed_on,"
    "scopes,clinical_sites,collection_sites,processing_sites"
)
ALLOGRAFTS = "site_number,hospital_number,year,nomenclature_code,acts,acts_paediatric"
REALISED = "site_number,year,product_code,treatments"
DELIVERY = {"delivered_on": "2026-05-12", "source": "RIZIV-INAMI"}


@pytest.fixture
def desk() -> User:
    return make_user(Role.SECRETARIAT)


class Sender:
    """Sends, checks and commits files of the desk; each under a key of its own."""

    def __init__(self, client: Client, user: User) -> None:
        self.client, self.user, self.sent = client, user, 0

    def post(self, kind: str, *lines: str, **fields: str) -> Any:
        self.sent += 1
        headers = {
            "Authorization": f"Bearer {make_token(self.user, 'uploads:write')}",
            "Idempotency-Key": f"{kind}-{self.sent}",
        }
        file = SimpleUploadedFile("rows.csv", "\n".join(lines).encode())
        return self.client.post("/api/v1/uploads", {"kind": kind, "file": file, **fields}, headers=headers)

    def check(self, kind: str, *lines: str, **fields: str) -> Upload:
        answer = self.post(kind, *lines, **fields)
        assert answer.status_code == 202, answer.content
        return check_upload(answer.json()["id"], at=now(), advance=lambda done, total: None)

    def commit(self, kind: str, *lines: str, **fields: str) -> Upload:
        upload = self.check(kind, *lines, **fields)
        assert faults(upload) == []
        Upload.objects.filter(pk=upload.pk).update(state="COMMITTING", committed_by=self.user)
        return commit_upload(upload.pk, at=now())


@pytest.fixture
def sender(client: Client, desk: User) -> Sender:
    return Sender(client, desk)


def faults(upload: Upload) -> list[tuple[int, str, str]]:
    return list(upload.problems.values_list("row", "column", "code"))


def states(upload: Upload) -> list[str]:
    return list(upload.rows.values_list("state", flat=True))


def test_upload_of_centres_registers_sites_and_their_hospitals(sender: Sender) -> None:
    first, second = site_number(90_001), site_number(90_002)
    rows = [
        f"{first[:4]}.{first[4:7]}.{first[7:]},North,Street 1,1000,Testville,General,901",
        f"{second},South,,2000,Otherville,General,901",
    ]
    assert sender.commit("centres", CENTRES, *rows).state == "COMMITTED"
    found = Centre.objects.filter(hospital__number=901).values_list("site_number", "name", "hospital__name")
    assert set(found) == {(first, "North", "General"), (second, "South", "General")}


def test_upload_of_centres_tells_new_changed_and_unchanged(sender: Sender) -> None:
    first, second, third = (site_number(90_000 + place) for place in (11, 12, 13))
    before = [f"{first},North,,1000,Testville,General,902", f"{second},South,,1000,Testville,General,902"]
    sender.commit("centres", CENTRES, *before)
    lines = AuditEvent.objects.count()
    after = [
        before[0],
        f"{second},South Tower,,1000,Testville,General,902",
        f"{third},East,,1000,Testville,General,902",
    ]
    upload = sender.commit("centres", CENTRES, *after)
    assert states(upload) == ["UNCHANGED", "CHANGED", "NEW"]
    assert Centre.objects.get(site_number=second).name == "South Tower"
    told = AuditEvent.objects.order_by("seq").values_list("verb", flat=True)[lines:]
    assert list(told) == ["issue token", "receive_upload", "commit_upload"]


def test_upload_of_centres_renames_a_hospital_only_when_its_rows_agree(sender: Sender) -> None:
    first, second = site_number(90_021), site_number(90_022)
    one, two = f"{first},North,,1000,Testville,General,903", f"{second},South,,1000,Testville,Merged,903"
    upload = sender.check("centres", CENTRES, one, two)
    assert faults(upload) == [(2, "hospital_name", "two_names"), (3, "hospital_name", "two_names")]
    sender.commit("centres", CENTRES, one)
    upload = sender.commit("centres", CENTRES, one.replace("General", "Merged"))
    assert (states(upload), Hospital.objects.get(number=903).name) == (["CHANGED"], "Merged")


def test_upload_of_centres_names_every_fault(sender: Sender) -> None:
    good = site_number(90_031)
    rows = [
        f"{good},North,,0999,Testville,General,1000",
        "8000000072,South,,1000,Testville,General,0",
        f"{good},,,1000,Testville,General,904",
        f"{good},North,,1000,Testville,General,904",
        f"{good},North,,1000,Testville,General,904",
    ]
    assert faults(sender.check("centres", CENTRES, *rows)) == [
        (2, "hospital_number", "value"),
        (2, "postal_code", "value"),
        (3, "hospital_number", "value"),
        (3, "site_number", "check_digit"),
        (4, "site_name", "required"),
        (4, "site_number", "duplicate"),
        (5, "site_number", "duplicate"),
        (6, "site_number", "duplicate"),
    ]


def certificate(site: str, **changes: str) -> str:
    cells = {
        "body": "JACIE",
        "certificate_number": "T-1",
        "programme_name": "Programme",
        "programme_sites": site,
        "valid_from": "2024-05-01",
        "valid_to": "2028-04-30",
        "extended_to": "",
        "renewal_filed_on": "",
        "scopes": "ADULT:ALLO|ADULT:IEC",
        "clinical_sites": site,
        "collection_sites": site,
        "processing_sites": "",
    } | changes
    return ",".join(cells.values())


def told(found: Certificate) -> tuple[object, ...]:
    scopes = sorted(f"{row.population}:{row.activity}" for row in found.scopes.all())
    facilities = sorted((row.role, row.site_number) for row in found.facilities.all())
    sites = sorted(row.site_number for row in found.centres.all())
    return found.number, str(found.valid_to), found.extended_to, scopes, facilities, sites


def test_upload_of_certificates_registers_changes_and_leaves_alone(sender: Sender) -> None:
    one, other = sorted([make_centre().site_number, make_centre().site_number])
    sender.commit("certificates", CERTIFICATES, certificate(f"{one}|{other}", clinical_sites="", collection_sites=""))
    found = Certificate.objects.get()
    assert told(found) == ("T-1", "2028-04-30", None, ["ADULT:ALLO", "ADULT:IEC"], [], [one, other])
    row = certificate(one, scopes="PAED:IEC", processing_sites=other)
    assert states(sender.commit("certificates", CERTIFICATES, row)) == ["CHANGED"]
    roles = [("CLINICAL", one), ("COLLECTION", one), ("PROCESSING", other)]
    assert told(Certificate.objects.get()) == ("T-1", "2028-04-30", None, ["PAED:IEC"], roles, [one])
    lines = AuditEvent.objects.count()
    assert states(sender.commit("certificates", CERTIFICATES, row)) == ["UNCHANGED"]
    assert AuditEvent.objects.count() == lines + 3


def test_upload_of_certificates_names_every_fault(sender: Sender) -> None:
    site = make_centre().site_number
    rows = [
        certificate(site, scopes="ADULT:CART", clinical_sites="8000000072"),
        certificate(site, certificate_number="T-2", valid_to="2023-01-01", extended_to="2022-01-01"),
        certificate(site, certificate_number="T-3", programme_sites=site_number(99_999)),
        certificate(site, certificate_number="T-4", scopes="ADULT:IEC|ADULT:IEC", collection_sites=f"{site}|{site}"),
        certificate(site, certificate_number="T-5"),
        certificate(site, certificate_number="T-5"),
        certificate(site, certificate_number="T-6", programme_sites=""),
    ]
    assert faults(sender.check("certificates", CERTIFICATES, *rows)) == [
        (2, "clinical_sites", "check_digit"),
        (2, "scopes", "value"),
        (3, "extended_to", "extension_order"),
        (3, "valid_to", "order"),
        (4, "programme_sites", "unknown_site"),
        (5, "collection_sites", "duplicate"),
        (5, "scopes", "duplicate"),
        (7, "body", "duplicate"),
        (8, "programme_sites", "required"),
    ]
    assert Certificate.objects.count() == 0


def test_upload_of_certificates_takes_facilities_on_sites_not_registered(sender: Sender) -> None:
    unknown = site_number(99_998)
    row = certificate(make_centre().site_number, processing_sites=unknown)
    assert sender.commit("certificates", CERTIFICATES, row).state == "COMMITTED"


@pytest.mark.parametrize("kind", ["allografts", "realised-treatments"])
def test_upload_of_figures_without_delivery_is_refused_naming_the_field(sender: Sender, kind: str) -> None:
    answer = sender.post(kind, "a", "1", source="RIZIV-INAMI")
    assert (answer.status_code, [row["pointer"] for row in answer.json()["problems"]]) == (422, ["/delivered_on"])
    answer = sender.post(kind, "a", "1", delivered_on="2026-05-12", source=" ")
    assert (answer.status_code, [row["pointer"] for row in answer.json()["problems"]]) == (422, ["/source"])
    answer = sender.post(kind, "a", "1", delivered_on="12/05/2026", source="RIZIV-INAMI")
    assert (answer.status_code, [row["pointer"] for row in answer.json()["problems"]]) == (422, ["/delivered_on"])
    assert Upload.objects.count() == 0


def test_upload_of_allografts_is_one_delivery_with_one_audit_line(sender: Sender, desk: User) -> None:
    centre = make_centre()
    rows = [f"{centre.site_number},,2025,470665,27,1", f"{centre.site_number},,2025,470654,1,"]
    rows.append(f",{centre.hospital.number},2025,470665,30,")
    upload = sender.commit("allografts", ALLOGRAFTS, *rows, **DELIVERY)
    assert states(upload) == ["NEW", "NEW", "NEW"]
    vintage = Vintage.objects.get()
    assert (str(vintage.delivered_on), vintage.source, vintage.loaded_by) == ("2026-05-12", "RIZIV-INAMI", desk)
    counts = AllograftCount.objects.values_list("centre", "hospital", "nomenclature_code", "acts", "acts_paediatric")
    assert set(counts) == {
        (centre.pk, None, "470665", 27, 1),
        (centre.pk, None, "470654", 1, None),
        (None, centre.hospital.pk, "470665", 30, None),
    }
    assert AuditEvent.objects.filter(subject_type__startswith="centres.", verb="register").count() == 1


def test_upload_of_allografts_is_told_against_the_newest_figures(sender: Sender) -> None:
    site = make_centre().site_number
    sender.commit("allografts", ALLOGRAFTS, f"{site},,2024,470665,20,", f"{site},,2025,470665,27,", **DELIVERY)
    later = {"delivered_on": "2026-06-12", "source": "RIZIV-INAMI"}
    rows = [f"{site},,2024,470665,20,", f"{site},,2025,470665,28,", f"{site},,2023,470665,9,"]
    assert states(sender.commit("allografts", ALLOGRAFTS, *rows, **later)) == ["UNCHANGED", "CHANGED", "NEW"]
    earlier = {"delivered_on": "2026-01-12", "source": "RIZIV-INAMI"}
    assert states(sender.check("allografts", ALLOGRAFTS, *rows, **earlier)) == ["NEW", "NEW", "NEW"]
    assert (Vintage.objects.count(), AllograftCount.objects.count()) == (2, 5)


def test_upload_of_allografts_names_every_fault(sender: Sender) -> None:
    centre = make_centre()
    site, hospital = centre.site_number, centre.hospital.number
    rows = [
        f"{site},{hospital},2025,470665,5,",
        ",,2025,470665,5,",
        f"{site_number(99_997)},,2025,470665,5,",
        ",998,2025,470665,5,",
        f"{site},,2025,470676,5,",
        f"{site},,25,470665,-1,",
        f"{site},,2024,470665,5,6",
        f"{site},,2023,470665,5,",
        f"{site},,2023,470665,5,",
        f",{hospital},2023,470665,5,",
        f",{hospital},2023,470665,5,",
    ]
    assert faults(sender.check("allografts", ALLOGRAFTS, *rows, **DELIVERY)) == [
        (2, "site_number", "site_or_hospital"),
        (3, "site_number", "site_or_hospital"),
        (4, "site_number", "unknown_site"),
        (5, "hospital_number", "unknown_hospital"),
        (6, "nomenclature_code", "value"),
        (7, "acts", "value"),
        (7, "year", "value"),
        (8, "acts_paediatric", "children_above"),
        (10, "site_number", "duplicate"),
        (12, "hospital_number", "duplicate"),
    ]
    assert Vintage.objects.count() == 0


def test_upload_of_allografts_keeps_the_sites_within_the_total_of_their_hospital(sender: Sender) -> None:
    one = make_centre()
    other = make_centre(hospital=one.hospital)
    rows = [
        f"{one.site_number},,2025,470665,20,2",
        f"{other.site_number},,2025,470665,11,2",
        f",{one.hospital.number},2025,470665,30,3",
        f"{one.site_number},,2024,470665,20,",
        f",{one.hospital.number},2024,470665,20,",
    ]
    upload = sender.check("allografts", ALLOGRAFTS, *rows, **DELIVERY)
    both = ("acts", "acts_paediatric")
    assert faults(upload) == [(row, column, "split_exceeds") for row in (2, 3, 4) for column in both]


def test_upload_of_allografts_counts_what_was_delivered_before(sender: Sender) -> None:
    one = make_centre()
    other = make_centre(hospital=one.hospital)
    first = [f"{one.site_number},,2025,470665,20,", f",{one.hospital.number},2025,470665,30,"]
    sender.commit("allografts", ALLOGRAFTS, *first, **DELIVERY)
    later = {"delivered_on": "2026-06-12", "source": "RIZIV-INAMI"}
    upload = sender.check("allografts", ALLOGRAFTS, f"{other.site_number},,2025,470665,11,", **later)
    assert faults(upload) == [(2, "acts", "split_exceeds")]
    assert (
        sender.commit("allografts", ALLOGRAFTS, f"{other.site_number},,2025,470665,10,", **later).state == "COMMITTED"
    )


def test_upload_of_allografts_that_comes_late_stands_below_what_was_delivered_since(sender: Sender) -> None:
    one = make_centre()
    site, hospital, since = one.site_number, one.hospital.number, {"delivered_on": "2026-06-12", "source": "RIZIV"}
    sender.commit("allografts", ALLOGRAFTS, f"{site},,2025,470665,20,", **since)
    late = sender.check("allografts", ALLOGRAFTS, f",{hospital},2025,470665,10,", **DELIVERY)
    assert faults(late) == [(2, "acts", "split_exceeds")]
    rows = [f"{site},,2025,470665,25,", f",{hospital},2025,470665,25,", f",{hospital},2024,470665,0,"]
    assert sender.commit("allografts", ALLOGRAFTS, *rows, **DELIVERY).state == "COMMITTED"
    at_once = {"delivered_on": "2026-05-20", "source": "RIZIV"}
    assert states(sender.commit("allografts", ALLOGRAFTS, f"{site},,2025,470665,24,", **at_once)) == ["CHANGED"]
    newest = standing_counts([hospital], delivered_on=date(2026, 12, 31))
    assert {(place, year): counted.acts for (place, year, _code), counted in newest.items()} == {
        (site, 2025): 20,
        (hospital, 2025): 25,
        (hospital, 2024): 0,
    }
    assert standing_counts([hospital], delivered_on=date(2026, 5, 12))[site, 2025, "470665"].acts == 25


def test_upload_that_no_longer_fits_is_not_committed(sender: Sender, desk: User) -> None:
    centre = make_centre()
    upload = sender.check("allografts", ALLOGRAFTS, f"{centre.site_number},,2025,470665,20,", **DELIVERY)
    sender.commit("allografts", ALLOGRAFTS, f",{centre.hospital.number},2025,470665,10,", **DELIVERY)
    Upload.objects.filter(pk=upload.pk).update(state="COMMITTING", committed_by=desk)
    with pytest.raises(Exception, match="upload-outdated"):
        commit_upload(upload.pk, at=now())
    assert Vintage.objects.count() == 1


def test_upload_of_realised_treatments_replaces_row_by_row(sender: Sender) -> None:
    one, other, product = make_centre(), make_centre(), make_product()
    rows = [f"{one.site_number},2025,{product.code},12", f"{other.site_number},2025,{product.code},3"]
    sender.commit("realised-treatments", REALISED, *rows, **DELIVERY)
    later = {"delivered_on": "2026-06-12", "source": "IMA-AIM"}
    upload = sender.commit("realised-treatments", REALISED, f"{one.site_number},2025,{product.code},13", **later)
    assert (states(upload), RealisedTreatment.objects.count()) == (["CHANGED"], 3)
    table = realised_treatments()
    assert {row.centre: dict(row.per_year) for row in table.centres} == {one: {2025: 13}, other: {2025: 3}}
    assert table.vintage is not None
    assert table.vintage.source == "IMA-AIM"


def test_upload_of_realised_treatments_names_every_fault(sender: Sender) -> None:
    site, product, other = make_centre().site_number, make_product(), make_product(is_cart=False)
    rows = [
        f"{site_number(99_996)},2025,{product.code},1",
        f"{site},2025,0000000,1",
        f"{site},2025,{other.code},1",
        f"{site},2024,{product.code},one",
        f"{site},2025,{product.code},1",
        f"{site},2025,{product.code},2",
    ]
    assert faults(sender.check("realised-treatments", REALISED, *rows, **DELIVERY)) == [
        (2, "site_number", "unknown_site"),
        (3, "product_code", "unknown_product"),
        (4, "product_code", "not_cart"),
        (5, "treatments", "value"),
        (7, "site_number", "duplicate"),
    ]


@pytest.mark.parametrize("kind", ["centres", "certificates", "allografts", "realised-treatments", "listings"])
def test_upload_template_of_a_register_is_read_by_the_desk(sender: Sender, kind: str) -> None:
    token = {"Authorization": f"Bearer {make_token(sender.user, 'uploads:write')}"}
    template = sender.client.get(f"/api/v1/upload-templates/{kind}.csv", headers=token)
    assert template.status_code == 200
    upload = sender.check(kind, *template.content.decode().splitlines(), **DELIVERY)
    assert {code for _row, _column, code in faults(upload)} <= {"unknown_site", "unknown_product"}


@pytest.mark.parametrize("kind", ["centres", "certificates", "allografts", "realised-treatments"])
def test_upload_of_a_register_is_the_secretariats(client: Client, kind: str) -> None:
    assert Sender(client, make_user(Role.HOLDER)).post(kind, "a", "1", **DELIVERY).status_code == 403


def browse(user: User, **fields: str) -> Any:
    client = Client()
    client.force_login(user)
    file = SimpleUploadedFile("rows.csv", b"a\n1")
    return client.post("/uploads/", {"kind": "allografts", "key": "one", "file": file, **fields})


def test_upload_form_asks_figures_for_their_delivery(desk: User) -> None:
    refused = browse(desk)
    errors = refused.context["form"].errors
    assert (refused.status_code, sorted(errors), Upload.objects.count()) == (422, ["delivered_on", "source"], 0)
    assert browse(desk, **DELIVERY).status_code == 302
    upload = Upload.objects.get()
    assert (str(upload.delivered_on), upload.source) == ("2026-05-12", "RIZIV-INAMI")


def test_upload_form_asks_other_kinds_for_no_delivery(desk: User) -> None:
    assert browse(desk, kind="centres").status_code == 302
    client = Client()
    client.force_login(make_user(Role.HOLDER))
    assert "delivered_on" not in client.get("/uploads/").content.decode()


@pytest.mark.parametrize(("year", "found"), [(2026, []), (2027, [(2, "year", "year_after")])])
def test_upload_of_figures_refuses_a_year_that_had_not_begun(sender: Sender, year: int, found: list[Any]) -> None:
    site, product = make_centre().site_number, make_product()
    booked = sender.check("allografts", ALLOGRAFTS, f"{site},,{year},470665,3,", **DELIVERY)
    realised = sender.check("realised-treatments", REALISED, f"{site},{year},{product.code},3", **DELIVERY)
    assert (faults(booked), faults(realised)) == (found, found)
