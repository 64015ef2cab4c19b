"""Measures the duration of a test run per file and per fixture, in wall time and in CPU time of all processes.

CPU time is comparable between runs; wall time depends on other load. CPU time covers the worker, every process that it
has waited for, and the servers in the background, which are marked in their environment. The wall time of the files is
also stored (``.pytest_cache``), so that the next run starts with the longest files.
"""

from __future__ import annotations

import os
import resource
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

FEWEST_SECONDS = 60.0
"""Runs that need less than this print no report."""
FILES, FIXTURES = 12, 4
_CACHE = "durations/files"
_RECORDER = "durations-recorder"
_MARK = "TEST_RUN_PROCESS"
_TICKS = os.sysconf("SC_CLK_TCK")
_list_folder, _open = os.listdir, open  # a test may replace `Path.open` and other functions later


@dataclass(slots=True)
class Cost:
    """Wall time and CPU time in seconds."""

    wall: float = 0.0
    cpu: float = 0.0

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall - other.wall, self.cpu - other.cpu)

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


Costs = dict[str, Cost]


def now() -> Cost:
    """Return the current times; the CPU time of a child counts once it has been waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(time.monotonic(), time.process_time() + children.ru_utime + children.ru_stime)


@dataclass(slots=True)
class Background:
    """Background processes that the tests have started, such as a backend's server."""

    mark: str = field(default_factory=lambda: f"{os.getpid()}-{time.time_ns()}")
    _seen: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        os.environ[_MARK] = self.mark

    def spent(self) -> float:
        """Return the CPU time in seconds since the last call, or 0 without ``/proc``."""
        processes = {pid: found for pid in _pids() if (found := _stat(pid)) is not None}
        before, self._seen = self._seen, {}
        for pid, (_, cpu) in processes.items():
            if not _descends(pid, processes) and _has(pid, f"{_MARK}={self.mark}"):
                self._seen[pid] = cpu
        return sum(cpu - before.get(pid, 0.0) for pid, cpu in self._seen.items())


def _pids() -> Iterable[int]:
    try:
        return [int(name) for name in _list_folder("/proc") if name.isdigit()]
    except OSError:
        return []


def _content(file: str) -> bytes:
    with _open(file, "rb") as opened:
        return opened.read()


def _stat(pid: int) -> tuple[int, float] | None:
    """Return a process's parent, and the CPU seconds of the process and of the children it has waited for."""
    try:
        fields = _content(f"/proc/{pid}/stat").rsplit(b")", 1)[1].split()
    except OSError:
        return None
    return int(fields[1]), sum(map(int, fields[11:15])) / _TICKS


def _has(pid: int, variable: str) -> bool:
    try:
        return variable.encode() in _content(f"/proc/{pid}/environ").split(b"\0")
    except OSError:
        return False


def _descends(pid: int, processes: Mapping[int, tuple[int, float]]) -> bool:
    """Return whether this process is the given one or its ancestor; its CPU time then counts as a child's."""
    while pid in processes and pid != os.getpid():
        pid = processes[pid][0]
    return pid == os.getpid()


@dataclass(slots=True, eq=False)  # pytest stores plugins in sets
class Recorder:
    """Measures durations in the process that runs the tests."""

    files: Costs = field(default_factory=lambda: defaultdict(Cost))
    fixtures: Costs = field(default_factory=lambda: defaultdict(Cost))
    marks: Counter[str] = field(default_factory=Counter)
    background: Background = field(default_factory=Background)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Measure one test with its fixtures."""
        start = now()
        result = yield
        took = now() - start
        self.files[file_of(item)] += took
        self.marks[_kind(item)] += round(took.cpu * 1000)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
        """Read the CPU time of the servers before the teardown of a file's last test stops them."""
        if nextitem is None or nextitem.path != item.path:
            spent = self.background.spent()
            self.files[file_of(item)] += Cost(0.0, spent)
            self.marks[_kind(item)] += round(spent * 1000)
        yield

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """Measure the setup of fixtures that are shared by several tests."""
        start = now()
        result = yield
        if fixturedef.scope != "function":
            place = fixturedef.baseid.removeprefix("tests/")
            self.fixtures[f"{fixturedef.argname} ({place})" if place else fixturedef.argname] += now() - start
        return result

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the measurements of a worker."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["durations"] = self.document()

    def document(self) -> dict[str, Any]:
        """Return the measurements as plain values, which a worker can send."""
        files, fixtures = (
            {name: [cost.wall, cost.cpu] for name, cost in costs.items()} for costs in (self.files, self.fixtures)
        )
        return {"files": files, "fixtures": fixtures, "marks": dict(self.marks)}


def file_of(item: pytest.Item) -> str:
    """Return the path of a test's file, without ``tests/``."""
    return item.nodeid.partition("::")[0].removeprefix("tests/")


def _kind(item: pytest.Item) -> str:
    """Return the first kind that matches: with Terraform, in a browser, with a backend, or the folder's kind."""
    if item.get_closest_marker("terraform"):
        return "Terraform"
    name = file_of(item)
    if name.startswith("e2e/browser"):
        return "browser"
    return "backend" if item.get_closest_marker("backend") else name.split("/")[0]


@dataclass(slots=True, eq=False)
class Report:
    """Collects the measurements in the process that prints the report."""

    files: Costs = field(default_factory=lambda: defaultdict(Cost))
    fixtures: Costs = field(default_factory=lambda: defaultdict(Cost))
    marks: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    def take(self, document: Mapping[str, Any]) -> None:
        """Add the measurements of one process."""
        for costs, name in ((self.files, "files"), (self.fixtures, "fixtures")):
            for key, (wall, cpu) in document[name].items():
                costs[key] += Cost(wall, cpu)
        self.marks.update(document["marks"])

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Add the measurements of a worker; a crashed worker has sent none."""
        sent: dict[str, Any] = getattr(node, "workeroutput", {})
        if "durations" in sent:
            self.take(sent["durations"])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        """Print the largest values, and store the wall time of the files for the order of the next run."""
        recorder = config.pluginmanager.get_plugin(_RECORDER)
        if recorder is not None:
            self.take(recorder.document())
        if config.cache is not None and self.files:
            known = dict(config.cache.get(_CACHE, {}))
            known |= {name: round(cost.wall, 1) for name, cost in self.files.items()}
            config.cache.set(_CACHE, known)
        took = time.monotonic() - self.began
        if took >= FEWEST_SECONDS:
            terminalreporter.section("where the time went")
            for line in self.lines(took):
                terminalreporter.write_line(line)

    def lines(self, took: float) -> list[str]:
        """Return the report: totals, kinds of tests, and the files and fixtures that use the most CPU time."""
        total = sum(cost.cpu for cost in self.files.values())
        kinds = ", ".join(f"{name} {cpu / 1000:.0f} s" for name, cpu in self.marks.most_common())
        return [
            f"{took:.0f} s, in which {total:.0f} s of CPU time: {kinds}",
            *_table("file", self.files, FILES),
            *_table("fixture, included above", self.fixtures, FIXTURES),
        ]


def _table(title: str, costs: Costs, size: int) -> list[str]:
    largest = sorted(costs.items(), key=lambda entry: entry[1].cpu, reverse=True)[:size]
    return [
        f"{'CPU s':>7} {'wall s':>7}  {title}",
        *(f"{cost.cpu:7.1f} {cost.wall:7.1f}  {name}" for name, cost in largest),
    ]


def typical_seconds(item: pytest.Item) -> float:
    """Return the typical wall time of a file with tests of this kind."""
    return {"Terraform": 60.0, "browser": 20.0, "backend": 10.0}.get(_kind(item), 0.0)


def longest_first(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort by file, the longest of the last runs first, so that no long file remains at the end of the run.

    Files that have never run are sorted by kind: tests with Terraform first, then tests with a backend.
    """
    cache = config.cache
    known = {} if cache is None else cache.get(_CACHE, {})
    unknown: Costs = {}
    for item in items:
        cost = unknown.setdefault(file_of(item), Cost())
        cost.wall = max(cost.wall, typical_seconds(item))
    items.sort(key=lambda item: -known.get(file_of(item), unknown[file_of(item)].wall))


def measure(config: pytest.Config) -> None:
    """Measure in every process that runs tests, and report in the process that owns the terminal."""
    is_worker = hasattr(config, "workerinput")
    if is_worker or not getattr(config.option, "numprocesses", None):
        config.pluginmanager.register(Recorder(), _RECORDER)
    if not is_worker:
        config.pluginmanager.register(Report(), "durations-report")
