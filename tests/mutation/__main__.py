"""`make mutation`: the rules with one slip at a time; a slip no test notices must be listed, with the reason."""

import subprocess
import sys

from tests.mutation.survivors import Survivor, known_survivors, read_results
from tests.mutation.workspace import make_workspace


def main(arguments: list[str]) -> int:
    """The arguments are those of `mutmut run`: names of mutants, with `*` for any text; none of them: all."""
    workspace = make_workspace()
    run = subprocess.run([sys.executable, "-m", "mutmut", "run", *arguments], cwd=workspace, check=False)
    if run.returncode:
        return run.returncode
    counted, survivors = read_results(workspace)
    known = known_survivors()
    unlisted = [each for each in survivors if each not in known]
    gone = [] if counted["not checked"] else [each for each in known if each not in survivors]
    _tell("survived, and is not in tests/mutation/survivors.toml", unlisted)
    _tell("is in tests/mutation/survivors.toml, and survived no longer", gone)
    print(", ".join(f"{count} {status}" for status, count in sorted(counted.items())))
    return 1 if unlisted or gone else 0


def _tell(what: str, found: list[Survivor]) -> None:
    for each in found:
        print(f"{each.function} {what}:\n    {each.was}\n    {each.became}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
