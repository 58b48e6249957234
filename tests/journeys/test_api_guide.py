"""The guide to the API does what it says: its blocks run in order against the running desk."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running_desk import ROOT, RunningDesk

pytestmark = pytest.mark.walk
BLOCK = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def blocks() -> dict[str, str]:
    found = BLOCK.findall((ROOT / "docs" / "how-to" / "api-guide.md").read_text(encoding="utf-8"))
    return {kind: "\n".join(text for name, text in found if name == kind) for kind in ("sh", "python")}


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False)


def test_curl_reads_files_and_commits(desk: RunningDesk, blocks: dict[str, str]) -> None:
    path = f"{Path(sys.executable).parent}:{desk.environment['PATH']}"
    done = run(["bash", "-eu", "-o", "pipefail", "-c", blocks["sh"]], desk.environment | {"PATH": path})
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    told = done.stdout.replace(" ", "")
    assert '"state":"DRAFT"' in told
    assert "annex-id:" in told.splitlines()[-1].lower()


def test_python_drafts_changes_pages_and_puts_away(desk: RunningDesk, blocks: dict[str, str]) -> None:
    environment = desk.environment | {"DESK": f"{desk.url}/api/v1", "TOKEN": desk.token("demo-holder1")}
    done = run([sys.executable, "-c", blocks["python"]], environment)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "applications" in done.stdout
