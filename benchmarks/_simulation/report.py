"""The result of a load test, as JSON and as a table."""

from __future__ import annotations

import itertools
import os
import platform
import statistics
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from benchmarks._simulation import workload
from benchmarks._simulation.metrics import summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks._simulation.load_run import LoadRun, Sample

AVERAGE_MILLISECONDS = 100
P99_MILLISECONDS = 2_000
ERROR_SHARE = 0.00025
"""Mattermost's thresholds (load-test-ng, ``config/coordinator.sample.json``)."""
WARM_UP = 0.25
"""Initial part of the time with all users that is excluded from the memory trend."""
LARGEST_GROWTH = 0.10
"""Maximum growth of the server's memory, by its slope from the warm-up to the last action; as in memory.py."""
JUDGED_MINUTES = 10
"""Minimum duration for a memory trend; shorter runs consist of warm-up."""
_EXPECTED = ("post: no answer, sent again",)

Report = dict[str, Any]


def report(load_run: LoadRun, settings: Report, set_up: Report) -> Report:
    """Summarize the measurements from the time at which all users were signed in."""
    worker = load_run.workers[0]
    there = load_run.begun + worker.ramp
    requests = [one for one in load_run.metrics.requests if one[0] >= there]
    by_operation: dict[str, list[float]] = defaultdict(list)
    for _, operation, seconds in requests:
        by_operation[operation].append(seconds)
    errors = sum(count for kind, count in load_run.metrics.errors.items() if kind not in _EXPECTED)
    seconds = worker.seconds
    return {
        "date": time.strftime("%Y-%m-%d"),
        "settings": settings,
        "machine": {
            "processors": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
            "loadAverage": {"median": _median(load_run.loads), "highest": round(max(load_run.loads, default=0.0), 1)},
        },
        "setUp": set_up,
        "actions": {
            "count": sum(load_run.metrics.actions.values()),
            "perSecond": round(sum(load_run.metrics.actions.values()) / seconds, 2),
            "byName": dict(load_run.metrics.actions.most_common()),
        },
        "requests": {
            **summary([one[2] for one in requests]),
            "perSecond": round(len(requests) / max(1.0, seconds - worker.ramp), 2),
            "byOperation": {name: summary(times) for name, times in sorted(by_operation.items())},
            "byMinute": _by_minute(load_run, there),
        },
        "deliveries": summary([one[2] for one in load_run.metrics.deliveries if one[0] >= there]),
        "errors": {
            "count": errors,
            "share": round(errors / max(1, len(requests)), 6),
            **_by_kind(load_run.metrics.errors),
        },
        "memory": memory(load_run.samples, worker.ramp / 60, seconds / 60),
        "invariants": {
            "checked": dict(sorted(load_run.expected.checked.items())),
            "messagesAcknowledged": len(load_run.expected.sent),
            "violations": load_run.expected.violations,
        },
    }


def memory(samples: Sequence[Sample], ramp: float, minutes: float) -> Report | None:
    """Assess the server's memory with all users, after a warm-up; return None without samples.

    Args:
        samples: over time.
        ramp: minutes until all users were signed in.
        minutes: minutes until the last action.
    """
    begin = ramp + (minutes - ramp) * WARM_UP
    steady = [sample for sample in samples if begin <= sample.minute <= minutes]
    if len(steady) < 2:  # noqa: PLR2004 - a slope needs two
        return None
    times = [sample.minute for sample in steady]
    slopes = [
        statistics.linear_regression(times, values).slope
        for values in ([one.server for one in steady], [one.family for one in steady])
    ]
    return {
        "unit": "MiB",
        "fromMinute": round(begin, 1),
        "server": {
            "begin": round(steady[0].server, 1),
            "end": round(steady[-1].server, 1),
            "perMinute": round(slopes[0], 2),
        },
        "withFunctions": {
            "begin": round(steady[0].family, 1),
            "end": round(steady[-1].family, 1),
            "perMinute": round(slopes[1], 2),
        },
        "growth": round(slopes[0] * (times[-1] - times[0]) / steady[0].server, 4),
        "judgedMinutes": round(times[-1] - times[0], 1),
        "byMinute": [
            {"minute": int(one.minute), "server": round(one.server, 1), "withFunctions": round(one.family, 1)}
            for before, one in itertools.pairwise(samples)
            if int(one.minute) != int(before.minute)
        ],
    }


def print_report(result: Report) -> None:
    """Print the result as text."""
    actions, requests, deliveries = result["actions"], result["requests"], result["deliveries"]
    originals = {action.name: action.original for action in workload.ACTIONS}
    print(f"{'action':20}{'count':>8}  Mattermost's name")
    for name, count in actions["byName"].items():
        print(f"{name:20}{count:8}  {originals.get(name, '')}")
    print(f"\n{'request':28}{'count':>8}{'average':>10}{'p50':>10}{'p95':>10}{'p99':>10}{'longest':>10}  ms")
    rows = {**requests["byOperation"], "all requests": requests, "event: onMessageCreated": deliveries}
    for name, times in rows.items():
        if times["count"]:
            columns = "".join(f"{times[key]:10.1f}" for key in ("average", "p50", "p95", "p99", "longest"))
            print(f"{name:28}{times['count']:8}{columns}")
    print(f"\n{actions['perSecond']} actions and {requests['perSecond']} requests a second; ", end="")
    print(f"load average {result['machine']['loadAverage']['median']}")
    if result["memory"]:
        of_server = result["memory"]["server"]
        print(f"server: {of_server['begin']} -> {of_server['end']} MiB, {of_server['perMinute']:+} MiB a minute")
    for kind, count in result["errors"]["byKind"].items():
        print(f"error: {count} x {kind}")
    invariants = result["invariants"]
    for name, count in invariants["checked"].items():
        print(f"checked {count:8} x {name}")
    for violation in invariants["violations"]:
        print(f"VIOLATION: {violation}")
    for text, met in marks(result):
        print(f"    {'PASS' if met else 'MISSED':8}{text}")


def marks(result: Report) -> list[tuple[str, bool]]:
    """Return the targets, and whether each was met."""
    requests, found = result["requests"], len(result["invariants"]["violations"])
    average, p99 = requests.get("average", 0.0), requests.get("p99", 0.0)
    of_memory, grown = result["memory"], []
    if of_memory and of_memory["judgedMinutes"] >= JUDGED_MINUTES:
        growth = of_memory["growth"]
        grown = [(f"memory after the warm-up: {growth:+.1%}, at most {LARGEST_GROWTH:+.0%}", growth <= LARGEST_GROWTH)]
    return [
        *grown,
        (f"no invariant violated: {found} violations", not found),
        (
            f"errors: {result['errors']['share']:.3%}, at most {ERROR_SHARE:.3%}",
            result["errors"]["share"] <= ERROR_SHARE,
        ),
        (f"average {average} ms, at most {AVERAGE_MILLISECONDS}", average <= AVERAGE_MILLISECONDS),
        (f"p99 {p99} ms, at most {P99_MILLISECONDS}", p99 <= P99_MILLISECONDS),
    ]


def _by_minute(load_run: LoadRun, there: float) -> list[Report]:
    minutes: dict[int, list[float]] = defaultdict(list)
    for at, _, seconds in load_run.metrics.requests:
        if at >= there:
            minutes[int((at - load_run.begun) // 60)].append(seconds)
    return [{"minute": minute, **summary(times)} for minute, times in sorted(minutes.items())]


def _by_kind(errors: Counter[str]) -> Report:
    return {"byKind": dict(errors.most_common())}


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 1) if values else 0.0
