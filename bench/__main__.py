"""`python -m bench NAME [--json] …`: one benchmark; its last line is `{"bench": NAME, "figures": {…}}`."""

from __future__ import annotations

import argparse
import importlib
import json
import sys

from bench.report import BenchError

BENCHES = ("ingest", "flow", "scale", "worker", "snippet", "recorder", "recordings", "player", "dashboard")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description="Measure Heatwake on this machine.")
    parser.add_argument("--json", action="store_true", help="only the last line: the figures as JSON")
    benches = parser.add_subparsers(dest="name", metavar="NAME", required=True)
    for name in BENCHES:
        module = importlib.import_module(f"bench.{name}")
        one = benches.add_parser(name, help=(module.__doc__ or "").splitlines()[0])
        one.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        module.add_arguments(one)
        one.set_defaults(measure=module.measure)
    asked = parser.parse_args()
    # Progress goes to where a person sees it and a pipe does not.
    told = sys.stderr if asked.json else sys.stdout
    try:
        figures = asked.measure(asked, lambda text: print(text, file=told, flush=True))
    except BenchError as error:
        print(f"bench {asked.name}: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"bench": asked.name, "figures": figures}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
