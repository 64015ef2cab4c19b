"""Evaluates expressions of workflows, as far as this repository uses them.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+)|'(?P<text>(?:[^']|'')*)'|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>&&|\|\||==|!=|[!()\[\].,*]))"
)
_STATUS = re.compile(r"\b(?:always|success|failure|cancelled)\(")
_WORDS = {"true": True, "false": False, "null": None}


def _format(template: str, *values: Any) -> str:  # noqa: ANN401 - any value of an expression
    return re.sub(r"\{(\d+)\}", lambda found: to_text(values[int(found[1])]), template)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "contains": lambda where, what: what in (where or ()),
    "format": _format,
    "fromJSON": json.loads,
    "toJSON": json.dumps,
}


def to_text(value: Any) -> str:  # noqa: ANN401 - any value of an expression
    """Return a value as GitHub writes it into a string."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass
class Evaluator:
    """Evaluates expressions.

    Attributes:
        contexts: the values of ``github``, ``inputs``, ``needs`` and the other contexts.
        succeeded: whether the jobs or steps before have succeeded.
    """

    contexts: Mapping[str, Any]
    succeeded: bool = True
    _tokens: list[tuple[str, str]] = field(default_factory=list)

    def render(self, value: Any) -> Any:  # noqa: ANN401 - a value of a YAML document
        """Return a value of a workflow with its expressions evaluated; objects and lists recursively."""
        if isinstance(value, dict):
            return {key: self.render(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.render(one) for one in value]
        if not isinstance(value, str):
            return value
        if whole := _EXPRESSION.fullmatch(value.strip()):
            return self.evaluate(whole[1])
        return _EXPRESSION.sub(lambda found: to_text(self.evaluate(found[1])), value)

    def is_met(self, condition: str | bool | None) -> bool:
        """Return whether a condition (``if``) is met; without a status function, it also needs success before."""
        text = "true" if condition is None else str(condition)
        inner = _EXPRESSION.fullmatch(text.strip())
        met = bool(self.evaluate(inner[1] if inner else text))
        return met and (self.succeeded or _STATUS.search(text) is not None)

    def evaluate(self, text: str) -> Any:  # noqa: ANN401 - any value of an expression
        """Return the value of an expression without its braces."""
        self._tokens, position = [], 0
        text = text.strip()
        while position < len(text):
            token = _TOKEN.match(text, position)
            assert token, f"{text!r} at {text[position:]!r}"
            assert token.lastgroup is not None
            self._tokens.append((token.lastgroup, token[token.lastgroup]))
            position = token.end()
        value = self._either()
        assert not self._tokens, text
        return value

    def _next(self, sign: str) -> bool:
        if self._tokens and self._tokens[0] == ("sign", sign):
            del self._tokens[0]
            return True
        return False

    def _either(self) -> Any:  # noqa: ANN401
        value = self._both()
        while self._next("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:  # noqa: ANN401
        value = self._compared()
        while self._next("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Any:  # noqa: ANN401
        value = self._negated()
        for sign, is_equal in (("==", True), ("!=", False)):
            if self._next(sign):
                return (to_text(value).lower() == to_text(self._negated()).lower()) is is_equal
        return value

    def _negated(self) -> Any:  # noqa: ANN401
        return not self._negated() if self._next("!") else self._member()

    def _member(self) -> Any:  # noqa: ANN401
        value = self._primary()
        while True:
            if self._next("["):
                value = _get(value, to_text(self._either()))
                assert self._next("]")
            elif self._next("."):
                if self._next("*"):
                    value = list(value.values())
                else:
                    name = self._tokens.pop(0)[1]
                    value = [_get(one, name) for one in value] if isinstance(value, list) else _get(value, name)
            else:
                return value

    def _primary(self) -> Any:  # noqa: ANN401
        if self._next("("):
            value = self._either()
            assert self._next(")")
            return value
        kind, text = self._tokens.pop(0)
        if kind == "number":
            return int(text)
        if kind == "text":
            return text.replace("''", "'")
        assert kind == "name", text
        if self._next("("):
            return self._called(text)
        if text in _WORDS:
            return _WORDS[text]
        assert text in self.contexts, f"the context {text} is not available here"
        return self.contexts[text]

    def _called(self, name: str) -> Any:  # noqa: ANN401
        arguments = []
        while not self._next(")"):
            arguments.append(self._either())
            self._next(",")
        if name in {"always", "success", "failure"}:
            return {"always": True, "success": self.succeeded, "failure": not self.succeeded}[name]
        return _FUNCTIONS[name](*arguments)


def _get(value: Any, name: str) -> Any:  # noqa: ANN401
    """Return a property, whose name is case-insensitive; None if it does not exist."""
    if not isinstance(value, dict):
        return None
    return next((one for key, one in value.items() if key.lower() == name.lower()), None)
