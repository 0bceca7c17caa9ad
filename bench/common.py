"""What every benchmark does: run rounds in turn, and print one JSON line per figure."""

import json
import sys
from collections.abc import Callable, Mapping
from statistics import median

Measure = Callable[[], float]


def rounds(measures: Mapping[str, Measure], count: int) -> dict[str, list[float]]:
    """Run every measure `count` times, the order turned round each time; return all figures."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(count):
        names = list(measures) if number % 2 == 0 else list(measures)[::-1]
        for name in names:
            found[name].append(measures[name]())
    return found


def say(id_: str, what: str, value: float, floor: float, goal: str, **more: object) -> None:
    """Print one figure; `goal` is "<= 1.3" or ">= 0.25" and speaks of value / floor."""
    ratio = value / floor
    sign, number = goal.split()
    met = ratio <= float(number) if sign == "<=" else ratio >= float(number)
    line = {
        "id": id_,
        "what": what,
        "value": round(value, 3),
        "floor": round(floor, 3),
        "ratio": round(ratio, 3),
        "goal": goal,
        "met": met,
        **more,
    }
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def middle(values: list[float]) -> float:
    """Return the median."""
    return median(values)
