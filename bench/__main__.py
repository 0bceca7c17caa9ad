"""Runs every benchmark one after the other: `python -m bench [NAME…]`, or `make bench`.

Each prints JSON lines (id, value, floor, ratio, goal, met); one that fails does not stop the rest.
A ratio that is missed stands with its cause in docs/performance.md.
"""

import importlib.util
import subprocess
import sys
from typing import Final

SCRIPTS: Final = (
    "reserve",
    "mapping",
    "intake",
    "polling",
    "chat_order",
    "chat_transport",
    "start",
    "charts",
)


def main(names: list[str]) -> int:
    """Run the named benchmarks (all of them without a name); return 1 if one failed to run."""
    failed = []
    for name in names or SCRIPTS:
        if importlib.util.find_spec(f"bench.{name}") is None:
            sys.stderr.write(f"there is no bench/{name}.py\n")
            failed.append(name)
            continue
        sys.stderr.write(f"== {name}\n")
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        sys.stderr.write(f"failed: {', '.join(failed)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
