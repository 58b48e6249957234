"""Debian packages the desk needs beside Python: installed as root, else named in one line to type."""

import os
import shutil
import subprocess
import sys

from config.embedded.faults import LaunchError

RUN = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
TEST = (*RUN, "chromium", "fonts-liberation", "poppler-utils", "gettext")


def lacking(packages: tuple[str, ...]) -> list[str]:
    """Those that are not installed; a system without dpkg is taken at its word."""
    if shutil.which("dpkg-query") is None:
        return []
    command = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *packages]
    answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package not in installed]


def install(packages: tuple[str, ...]) -> None:
    """Install what is lacking, as root; raises LaunchError with the line to type otherwise."""
    missing = lacking(packages)
    if not missing:
        return
    line = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        raise LaunchError(f"Debian packages are missing. Type this, then try again:\n\n    sudo {' '.join(line)}\n")
    print(f"Installing {', '.join(missing)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], [*line, "-qq"]):
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            raise LaunchError(f"`{' '.join(command)}` failed. Type it to see why.")


if __name__ == "__main__":
    try:
        install(TEST if "test" in sys.argv[1:] else RUN)
    except LaunchError as fault:
        sys.exit(str(fault))
