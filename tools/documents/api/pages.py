"""The pages of ``docs/api``: one a topic, and one that lists everything."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from benchmarks._operations import examples, figures
from tools.documents import ROOT
from tools.documents.api.callers import callers
from tools.documents.api.errors import errors_by_operation
from tools.documents.api.operations import operations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tools.documents.api.errors import Error
    from tools.documents.api.operations import Operation

FOLDER = ROOT / "docs" / "api"
TOPICS = {
    "users": "Users",
    "privacy": "A user's own data",
    "rooms": "Rooms",
    "members": "Members",
    "messages": "Messages, threads and read state",
    "reactions": "Reactions",
    "attachments": "Attachments",
    "presence": "Typing and presence",
    "notifications": "Notifications",
    "moderation": "Reports and the moderation log",
}
MADE_BY = "Made by `python -m tools.documents.api` from"
"""What tells a page of ours from other people's."""
_MADE = f"""\
{MADE_BY} `graphql/schema.graphql`, the documents in `graphql/operations/`, the matrix of
authorization, the resolvers' code and what `python -m benchmarks operations` measured. Tests execute every document,
measure every figure, and compare this page.

[api.md](../api.md) tells how to begin, what the words mean, and what a client does to stay right. Fragments such as
`...MessageFields` are in `graphql/operations/fragments.graphql`. W and R are write and read units of DynamoDB, Lambda
means calls of functions that the answer waits for.
"""
_INDEX_HEAD = ("| operation | | W | R | Lambda | measured |", "| --- | --- | --- | --- | --- | --- |")
_ERROR_HEAD = ("| error | message |", "| --- | --- |")
_COST_HEAD = ("| cost of | W | R | Lambda | round trips | grows with |", "| --- | --- | --- | --- | --- | --- |")
_EVERYWHERE = 40
"""An error that so many operations share is told of once, on the first page."""


def render() -> dict[str, str]:
    """The text of every page by the name of its file."""
    reference = _Reference()
    pages = {f"{topic}.md": reference.page(topic) for topic in TOPICS}
    return {"README.md": reference.index(), **pages}


class _Reference:
    """Everything that pages are made of, read once."""

    def __init__(self) -> None:
        self._operations = operations()
        self._by_name = {operation.name: operation for operation in self._operations}
        self._figures = figures.load()
        self._examples = examples.load()
        self._errors = errors_by_operation()
        kinds = [error for name in self._by_name for error in self._errors[name]]
        self._common = {error for error in kinds if kinds.count(error) > _EVERYWHERE}

    def index(self) -> str:
        """The page that lists all operations with what the usual case of each costs."""
        lines = ["# Operations", "", _MADE]
        for topic, title in TOPICS.items():
            lines += [f"## [{title}]({topic}.md)", "", *_INDEX_HEAD]
            lines += [self._row(operation) for operation in self._operations if operation.topic == topic]
            lines.append("")
        lines += ["## Errors that most operations have", "", *_ERROR_HEAD, *map(_error, sorted(self._common)), ""]
        lines += ["## For the backend's own functions", ""]
        lines += ["With IAM. They store nothing. Users get `Unauthorized`.", ""]
        own = [operation for operation in self._operations if operation.topic is None]
        lines += [f"- `{one.name}`: {' '.join(one.description.split())}" for one in own]
        return "\n".join([*lines, ""])

    def page(self, topic: str) -> str:
        """The page of one topic."""
        chosen = [operation for operation in self._operations if operation.topic == topic]
        lines = [f"# {TOPICS[topic]}", "", _MADE]
        lines += [" · ".join(f"[{one.name}](#{one.name.lower()})" for one in chosen), ""]
        for operation in chosen:
            lines += [*self._section(operation), ""]
        return "\n".join(lines)

    def _row(self, operation: Operation) -> str:
        name, usual = next(iter(self._figures[operation.name].items()))
        cost = f"{usual['write_units']} | {usual['read_units']} | {usual['function_invocations']}"
        said = " ".join(operation.description.split()).partition(". ")[0].rstrip(".")
        return f"| [`{operation.name}`]({operation.topic}.md#{operation.name.lower()}) | {said} | {cost} | {name} |"

    def _section(self, operation: Operation) -> Iterator[str]:
        yield from (f"## {operation.name}", "", operation.description, "")
        answers = "delivers" if operation.mutations else "answers"
        yield from (f"{operation.root}, {answers} `{operation.result}`. Who may: {callers(operation.name)}", "")
        yield from _arguments(operation)
        yield from (*_fenced("graphql", operation.document), "")
        yield from self._example(operation)
        yield from _cost(self._figures[operation.name])
        yield from self._errors_of(operation)

    def _example(self, operation: Operation) -> Iterator[str]:
        example = self._examples[operation.name]
        if example["variables"]:
            yield from ("Variables:", "", *_fenced("json", _json(example["variables"])), "")
        result, words = example["result"], "Answer"
        if operation.mutations:
            result, words = self._examples[operation.mutations[0]]["result"], "Event"
        yield from (f"{words}:", "", *_fenced("json", _json({operation.name: result})), "")

    def _errors_of(self, operation: Operation) -> Iterator[str]:
        own = [
            error for error in self._errors[operation.name] if error not in self._common and _concerns(error, operation)
        ]
        if own:
            yield from (
                "| error | message |",
                "| --- | --- |",
                *(_error(error) for error in sorted(own, key=_kind)),
                "",
            )


def _arguments(operation: Operation) -> Iterator[str]:
    if operation.arguments:
        yield from ("| argument | type | |", "| --- | --- | --- |")
        for argument in operation.arguments:
            yield f"| `{argument.name}` | `{argument.type}` | {' '.join(argument.description.split())} |"
        yield ""


def _cost(cases: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield from _COST_HEAD
    for name, figure in cases.items():
        counts = " | ".join(
            str(figure[unit]) for unit in ("write_units", "read_units", "function_invocations", "round_trips")
        )
        yield f"| {name} | {counts} | {figure['grows_with'] or ''} |"
    yield ""


def _concerns(error: Error, operation: Operation) -> bool:
    """Whether an error about the form of an id is about an argument: ids that were stored are well-formed."""
    name, told, _ = error[1].partition(" is not the id of ")
    return not told or name in {argument.name for argument in operation.arguments}


def _error(error: Error) -> str:
    kind, message = error
    text = message.replace("<", "&lt;").replace("|", "\\|")
    return f"| `{kind}` | {text} |"


def _kind(error: Error) -> str:
    return error[0]


def _fenced(language: str, text: str) -> Iterable[str]:
    return (f"```{language}", text, "```")


def _json(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(value, indent=2, ensure_ascii=False)
