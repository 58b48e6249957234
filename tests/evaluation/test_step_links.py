import pytest

from applications.models import Application
from evaluation.board.precheck import PreCheck, PreCheckLine
from evaluation.web.filing_parts import step_links
from tests.builders import make_application, make_batch

pytestmark = pytest.mark.django_db


def verdict_of_certificates(draft: Application, *verdicts: str) -> str:
    lines = tuple(
        PreCheckLine(name, verdict, "") for name, verdict in zip(("C1a", "C1b", "P1"), verdicts, strict=False)
    )
    links = step_links(draft, "forecast", (), PreCheck("INCOMPLETE", lines, (), (), False))
    return next(str(link["verdict"]) for link in links if str(link["href"]).endswith("/certificates/"))


@pytest.mark.parametrize(
    ("verdicts", "shown"),
    [
        (("MET", "MET", "NA"), "MET"),
        (("TO_VERIFY", "MET", "NA"), "TO_VERIFY"),
        (("TRANSITION", "MET", "NA"), "TRANSITION"),
        (("TO_VERIFY", "MET", "NOT_MET"), "NOT_MET"),
    ],
)
def test_step_links_show_the_worst_verdict_of_a_step(verdicts: tuple[str, ...], shown: str) -> None:
    make_batch()
    assert verdict_of_certificates(make_application(), *verdicts) == shown
