"""Ask the web server of this container one of its health questions: exit code 0 for a good answer."""

import sys
import urllib.error
import urllib.request


def ask(question: str, *, port: int = 8000) -> int:
    """`livez` or `readyz`; the answer is printed either way."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{question}", timeout=4) as answer:
            print(answer.read().decode())
            return 0
    except urllib.error.HTTPError as refusal:
        print(refusal.read().decode(), file=sys.stderr)
    except OSError as fault:
        print(fault, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(ask(sys.argv[1]))
