"""Tests of logs with the correlation id of the request in each line, and of metrics if they are enabled."""

from __future__ import annotations

import ast
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from lambdas.common.observability import correlation_scope, count, logger, metrics
from lambdas.common.streams import change_of, handle_changes
from tests.unit.lambdas.records import Context, record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambdas.common.items import Row
    from lambdas.common.streams import Change

HANDLERS = Path(__file__).parents[3] / "lambdas"
TABLE = "chat-things-test"
SENT, EDITED = "11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Return the log lines so far."""
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    metrics.clear_metrics()


def changed(old: Row | None, new: Row | None) -> str | None:
    """Return the request to which a change is attributed."""
    return change_of(record("1", TABLE, old=old, new=new)).request_id


def test_a_change_is_attributed_to_the_request_that_made_it_only() -> None:
    assert changed(None, {"id": "a", "requestId": SENT}) == SENT
    assert changed({"id": "a", "requestId": SENT}, {"id": "a", "requestId": EDITED}) == EDITED
    assert changed({"id": "a", "requestId": SENT}, {"id": "a", "requestId": SENT, "reactions": 1}) is None
    assert changed({"id": "a", "requestId": SENT}, None) is None
    assert changed(None, {"id": "a"}) is None


def test_every_line_about_a_record_has_the_request_of_this_record(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    def handle(change: Change) -> None:
        logger.info("Handled")
        if change.current["id"] == "b":
            raise RuntimeError("not today")

    records = [
        record("1", TABLE, new={"id": "a", "requestId": SENT}),
        record("2", TABLE, new={"id": "b", "requestId": EDITED}),
        record("3", TABLE, new={"id": "c"}),
    ]

    answer = handle_changes({"Records": records}, cast("LambdaContext", Context()), handle)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert [(line["message"], line.get("correlation_id")) for line in lines()] == [
        ("Handled", SENT),
        ("Handled", EDITED),
        ("A stream record failed", EDITED),
        ("Handled", None),
    ]


def test_the_log_of_a_failed_record_has_its_id_and_no_content(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    def handle(_: Change) -> None:
        raise RuntimeError("not today")

    words = {"roomId": "SECRET", "content": "SECRET", "authorName": "SECRET"}
    broken = record("2", TABLE, new=words)
    broken["dynamodb"]["NewImage"]["content"] = {"NO TYPE": "SECRET"}
    broken["dynamodb"]["Keys"] = {"roomId": {"S": "SECRET"}}
    records = [record("1", TABLE, old=words, new=words), broken]

    with pytest.raises(BatchProcessingError):
        handle_changes({"Records": records}, cast("LambdaContext", Context()), handle)

    told = lines()
    assert [line["event_id"] for line in told] == ["event-1", "event-2"]
    assert "SECRET" not in json.dumps(told)


def test_lines_outside_of_a_record_have_no_request(lines: Callable[[], list[dict[str, Any]]]) -> None:
    with correlation_scope(SENT):
        logger.info("Inside")
    with pytest.raises(ValueError, match="broken"), correlation_scope(SENT):
        raise ValueError("broken")
    logger.info("Outside")

    assert [line.get("correlation_id") for line in lines()] == [SENT, None]


def test_counts_are_written_once_per_call_with_the_function_as_dimension(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    monkeypatch.setattr(metrics.provider, "service", "message-events")

    @metrics.log_metrics
    def handler(_event: dict[str, Any], _context: Context) -> None:
        count("FilesRemoved", 2)
        count("FilesRemoved", 3)
        count("FilesKept", 0)

    handler({}, Context())

    (written,) = capsys.readouterr().out.splitlines()
    embedded = json.loads(written)
    (directive,) = embedded["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["service"]]
    assert [metric["Name"] for metric in directive["Metrics"]] == ["FilesRemoved"]
    assert (embedded["service"], embedded["FilesRemoved"]) == ("message-events", [2.0, 3.0])


def test_nothing_is_counted_if_metrics_are_disabled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    handler = metrics.log_metrics(lambda _event, _context: count("FilesRemoved"))

    handler({}, Context())

    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("file", sorted(HANDLERS.glob("*/handler.py")), ids=lambda file: file.parent.name)
def test_traces_do_not_contain_responses_of_functions(file: Path) -> None:
    """More people can read traces than messages, and a signed URL grants access to its file."""
    decorators = [
        decorator
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and function.name == "handler"
        for decorator in function.decorator_list
    ]
    assert "tracer.capture_lambda_handler(capture_response=False)" in map(ast.unparse, decorators)
