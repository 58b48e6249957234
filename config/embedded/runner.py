"""`make run`, `make reset`, `make token`: one command brings the whole desk up, and Ctrl-C takes it down."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from django.core.exceptions import ImproperlyConfigured

from config.embedded import packages
from config.embedded.faults import LaunchError
from config.embedded.for_tests import open_test_environment
from config.embedded.place import DEMO_DAY, ROOT, Place
from config.embedded.processes import Processes, StopRequested, ignore_stop, listen_for_stop
from config.env import Env, read_env

READY_SECONDS = 120
QUIET = {"CART_LOG_LEVEL": "WARNING"}
LOGINS = "holder1 holder2 secretariat secretariat2 chair member1 … member22 auditor admin"


def require_free_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as fault:
            raise LaunchError(
                f"Port {port} of this machine is taken. Choose another: make run PORT={port + 1}"
            ) from fault


def prepare(place: Place) -> None:
    """Database, tables and static files; the first time on a database of our own also the demo year."""
    place.create()
    print("Preparing the database and the static files", flush=True)
    if place.python("-m", "config.embedded.prepare", **QUIET):
        raise LaunchError("The database could not be prepared; the reason stands above.")
    if place.server is None or place.stage() == "seeded":
        return
    print("Loading the demo year, once", flush=True)
    place.mark("seeding")
    if place.python("manage.py", "seed_demo", "--today", DEMO_DAY, **QUIET):
        raise LaunchError("The demo year could not be loaded; the reason stands above. The next run starts it over.")
    place.mark("seeded")


def start_processes(place: Place, env: Env, processes: Processes) -> None:
    """Web server, worker and clock; the worker forks, so it works without a connection pool.

    The worker ends itself when its pool is stuck, and clock and worker lose nothing by starting again.
    """
    environment = place.environment()
    forking = environment | {"CART_POOL_SIZE": "0"}
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "INFO"]
    gunicorn = [
        *(sys.executable, "-m", "gunicorn", "config.wsgi", "--worker-class", "gthread", "--workers", "2"),
        *(
            "--threads",
            "4",
            "--bind",
            f"127.0.0.1:{env.port}",
            "--no-control-socket",
            "--preload",
            "--graceful-timeout",
            "8",
        ),
    ]
    processes.start("web", gunicorn, cwd=ROOT, env=environment)
    processes.start("worker", [*celery, "worker", "-c", "2", *quiet], cwd=ROOT, env=forking, again=True)
    schedule = ["-s", str(place.state / "beat-schedule"), "--pidfile", "", "-l", "INFO"]
    processes.start("beat", [*celery, "beat", *schedule], cwd=ROOT, env=forking, again=True)


def readiness(port: int) -> tuple[bool, str]:
    """The answer of `/readyz`, and what is still missing."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True, ""
    except urllib.error.HTTPError as answer:
        body = answer.read().decode(errors="replace")
    except OSError as fault:
        return False, f"the web server does not answer yet ({fault})"
    try:
        return False, ", ".join(f"{name}: {found}" for name, found in json.loads(body).items() if found != "ok")
    except ValueError:
        return False, f"the web server answers {body[:200]}"


def wait_until_ready(processes: Processes, port: int) -> None:
    deadline, missing = time.monotonic() + READY_SECONDS, ""
    while time.monotonic() < deadline:
        processes.require_all()
        ready, missing = readiness(port)
        if ready:
            return
        time.sleep(0.3)
    raise LaunchError(f"Not ready after {READY_SECONDS} s: {missing}. Logs: {processes.logs}")


def greeting(place: Place, env: Env) -> str:
    lines = ["", f"  The desk is open:  {env.url}/", f"  API description:   {env.url}/api/v1/schema"]
    if place.server:
        password = place.environment()["CART_DEMO_PASSWORD"]
        lines += [f"  Demo logins:       {LOGINS}", "                     each with @demo.example behind it"]
        lines += [f"  Their password:    {password}", f"  The desk's day:    {env.cart_today}"]
        lines += ["  API token:         make token CLIENT=demo-secretariat"]
    else:
        lines += ["  The database is your own: no demo data, no demo logins."]
    return "\n".join(
        [*lines, f"  Logs and data:     {place.state}", "  Stop with Ctrl-C; `make run` again keeps the data.", ""]
    )


def run(place: Place) -> None:
    """Start everything, say where it is, and stay until somebody or something stops it."""
    os.environ.update(place.environment())
    env = read_env()
    with place.alone():
        require_free_port(env.port)
        packages.install(packages.RUN)
        processes = Processes(logs=place.state / "logs")
        with place.database():
            try:
                prepare(place)
                start_processes(place, env, processes)
                wait_until_ready(processes, env.port)
                print(greeting(place, env), flush=True)
                while True:
                    processes.keep_all()
                    time.sleep(0.5)
            finally:
                ignore_stop()
                print("Stopping", flush=True)
                processes.stop()


def reset(place: Place) -> None:
    with place.alone():
        place.remove()
    print(f"Everything in {place.state} is removed; the next `make run` starts over.")


def manage(place: Place, arguments: list[str]) -> int:
    with place.database():
        return place.python("manage.py", *arguments)


def with_database(command: list[str]) -> int:
    """Run a command beside a throw-away database."""
    open_test_environment()
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def act(action: str, arguments: list[str]) -> int:
    if action == "with-database":
        return with_database(arguments)
    place = Place.from_environment()
    if action == "manage":
        return manage(place, arguments)
    actions = {"run": run, "reset": reset}
    actions[action](place)
    return 0


def main(arguments: list[str]) -> int:
    """The launcher's faults are sentences; being stopped is no fault."""
    listen_for_stop()
    try:
        return act(arguments[0], arguments[1:])
    except (LaunchError, ImproperlyConfigured) as fault:
        print(f"\n{fault}", file=sys.stderr)
        return 1
    except StopRequested:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
