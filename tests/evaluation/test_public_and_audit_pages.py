import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import AuditEvent
from evaluation.law import criteria_versions
from tests.builders import make_application, make_holder, make_user
from tests.evaluation.builders import make_sealed_batch
from tests.evaluation.review import make_desk, make_file, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_criteria_page_shows_every_sentence_word_for_word_to_anyone(language: str) -> None:
    version = criteria_versions()[-1]
    page = Client(headers={"accept-language": language}).get("/criteria/").content.decode()
    shown = page.replace("&#x27;", "'").replace("&quot;", '"').replace("&gt;", ">").replace("&lt;", "<")
    ids = [item.id for item in version.criteria] + [item.id for item in version.admissibility]
    places = [item.provenance for item in version.criteria] + [item.provenance for item in version.admissibility]
    assert [name for name in ids if f'id="{name}"' not in page] == []
    assert [place.source for place in places if place.sentence not in shown] == []
    assert [each.id for each in version.readings if f'id="{each.id}"' not in page] == []


def test_criteria_page_says_that_a_translation_is_the_desks() -> None:
    page = Client(headers={"accept-language": "fr"}).get("/criteria/").content.decode()
    dutch = Client(headers={"accept-language": "nl"}).get("/criteria/").content.decode()
    assert ('class="translation"' in page, 'class="translation"' in dutch) == (True, False)


def test_landing_is_calm_and_public() -> None:
    page = Client(headers={"accept-language": "en"}).get("/").content.decode()
    links = ["/list/", "/criteria/", "/accounts/login/"]
    assert [link for link in links if f'href="{link}"' not in page] == []
    assert page.count('class="button"') == 1


def test_today_of_the_secretariat_counts_what_waits() -> None:
    desk = make_desk()
    make_file(desk=desk, supplement=True)
    waiting = make_application(submitted=True)
    page = signed_in(desk).get("/")
    work = page.context["today"].work[0]
    counts = (work.board.unconfirmed, work.judgements_missing, work.capacity_missing, work.board.contradictions)
    assert (counts, list(page.context["today"].undecided)) == ((4, 8, 2, 0), [waiting])
    assert f"/files/{waiting.number}/admissibility/" in page.content.decode()


def test_today_of_a_holder_shows_its_own_files_only() -> None:
    own, other = make_application(submitted=True), make_application(submitted=True)
    assert own.submitted_by is not None
    page = signed_in(own.submitted_by).get("/").content.decode()
    assert (own.reference in page, other.reference in page) == (True, False)


def test_today_of_a_member_shows_the_dossiers_before_the_committee() -> None:
    application = make_sealed_batch()[0]
    page = signed_in(make_user(Role.MEMBER)).get("/").content.decode()
    assert f"/dossiers/{application.dossiers.get().pk}/" in page


@pytest.mark.parametrize("role", list(Role))
def test_today_opens_for_every_role(role: Role) -> None:
    holder = make_holder() if role == Role.HOLDER else None
    page = signed_in(make_user(role, holder=holder)).get("/").content.decode()
    assert "<h1>Today</h1>" in page


@pytest.mark.parametrize("role", [Role.HOLDER, Role.SECRETARIAT, Role.MEMBER, Role.CHAIR, Role.ADMINISTRATOR])
def test_audit_trail_is_for_the_auditor_alone(role: Role) -> None:
    assert signed_in(make_user(role)).get("/audit/").status_code == 403


def test_audit_trail_is_filtered_by_act_person_and_day() -> None:
    desk = make_desk("L. Example")
    make_file(desk=desk)
    auditor = signed_in(make_user(Role.AUDITOR))

    def verbs(query: str) -> list[str]:
        return [event.verb for event in auditor.get(f"/audit/?{query}").context["page"].object_list]

    every = list(AuditEvent.objects.order_by("-seq").values_list("verb", flat=True)[:50])
    assert verbs("") == every
    assert verbs("verb=admit") == ["admit"]
    assert set(verbs("q=L.+Example")) == {"admit"} | set(
        AuditEvent.objects.filter(by=desk).values_list("verb", flat=True)
    )
    assert verbs("on=2031-01-01") == []
    assert verbs("on=nonsense") == every


def test_audit_trail_asks_the_database_as_often_for_a_full_page_as_for_a_line() -> None:
    auditor = signed_in(make_user(Role.AUDITOR))
    auditor.get("/audit/")
    with CaptureQueriesContext(connection) as few:
        auditor.get("/audit/")
    for _ in range(10):
        make_application(admissible=True)
    with CaptureQueriesContext(connection) as many:
        auditor.get("/audit/?page=1")
    assert len(many) == len(few)
