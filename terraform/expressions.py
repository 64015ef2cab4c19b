"""Evaluates the Terraform expressions of synthesized JSON: templates, references, literals and some functions.

In Terraform's JSON syntax every string is a template: ``${...}`` is an expression, ``$${`` a literal ``${``. A string
that consists of one ``${...}`` has the type of the expression.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_][\w-]*)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<operator>==|!=|&&|\|\||[?:.,()\[\]{}!=]))""",
    re.VERBOSE,
)
_REFERENCE = re.compile(r"\b(?:(data)\.)?(aws_\w+|terraform_data)\.([A-Za-z_][\w-]*)")
_TEMPLATE_MARK = re.compile(r"\$\$\{|%%\{|\$\{")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


class ExpressionError(ValueError):
    """An expression is not supported; the message contains it."""


def unescaped(text: str) -> str:
    """Return a string without expressions as Terraform reads it: ``$${`` is ``${`` and ``%%{`` is ``%{``."""
    return text.replace("$${", "${").replace("%%{", "%{")


def references(value: Any) -> Iterator[tuple[bool, str]]:  # noqa: ANN401 - any JSON value
    """Yield each reference in a value: whether it is a data source, and its ``type.name``."""
    if isinstance(value, str):
        for template in _expressions(value):
            for data, kind, name in _REFERENCE.findall(template):
                yield bool(data), f"{kind}.{name}"
    elif isinstance(value, dict):
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)


def evaluate(value: Any, look_up: Callable[[str], Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value with all its templates evaluated.

    Args:
        value: synthesized JSON.
        look_up: returns the value of a name: ``aws_x.y``, ``data.aws_x.y`` or ``terraform.workspace``.

    Raises:
        ExpressionError: an expression is not supported.
    """
    if isinstance(value, str):
        return _template(value, look_up)
    if isinstance(value, dict):
        return {name: evaluate(member, look_up) for name, member in value.items()}
    if isinstance(value, list):
        return [evaluate(member, look_up) for member in value]
    return value


def _template(text: str, look_up: Callable[[str], Any]) -> Any:  # noqa: ANN401 - the value of the expression
    parts = list(_parts(text))
    if len(parts) == 1 and parts[0][0]:
        return _Parser(parts[0][1], look_up).whole()
    return "".join(_text(_Parser(part, look_up).whole()) if is_code else part for is_code, part in parts)


def _expressions(text: str) -> Iterator[str]:
    return (part for is_code, part in _parts(text) if is_code)


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the parts of a template: whether each is an expression, and its text."""
    literal, position = "", 0
    while (mark := _TEMPLATE_MARK.search(text, position)) is not None:
        literal += text[position : mark.start()]
        if mark[0] != "${":  # an escape: "$${" is "${"
            literal, position = literal + mark[0][1:], mark.end()
            continue
        end = _closing(text, mark.end())
        if literal:
            yield False, literal
        yield True, text[mark.end() : end]
        literal, position = "", end + 1
    literal += text[position:]
    if literal:
        yield False, literal


def _closing(text: str, position: int) -> int:
    """Return the position of the closing brace, skipping strings."""
    depth = 1
    while position < len(text):
        character = text[position]
        if character == '"':
            position += 1
            while position < len(text) and text[position] != '"':
                position += 2 if text[position] == "\\" else 1
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return position
        position += 1
    message = f"an expression has no closing brace: {text}"
    raise ExpressionError(message)


def _text(value: Any) -> str:  # noqa: ANN401 - the value of an expression
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


class _Parser:
    """Parses and evaluates an expression by recursive descent."""

    def __init__(self, text: str, look_up: Callable[[str], Any]) -> None:
        self._source = text
        self._look_up = look_up
        self._tokens = self._scan(text)
        self._position = 0

    def _scan(self, text: str) -> list[tuple[str, str]]:
        tokens, position = [], 0
        text = text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                self._refuse(f"at {text[position:]!r}")
            tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
            position = match.end()
        return tokens

    def _refuse(self, why: str) -> NoReturn:
        message = f"the direct deployment does not support the expression ${{{self._source}}} ({why})"
        raise ExpressionError(message)

    def whole(self) -> Any:  # noqa: ANN401 - the value of the expression
        value = self._conditional()
        if self._position != len(self._tokens):
            self._refuse(f"at {self._tokens[self._position][1]!r}")
        return value

    def _peek(self) -> str:
        return self._tokens[self._position][1] if self._position < len(self._tokens) else ""

    def _accept(self, *operators: str) -> str:
        if self._position < len(self._tokens) and self._tokens[self._position] in [("operator", o) for o in operators]:
            self._position += 1
            return self._tokens[self._position - 1][1]
        return ""

    def _expect(self, operator: str) -> None:
        if not self._accept(operator):
            self._refuse(f"expected {operator!r}")

    def _conditional(self) -> Any:  # noqa: ANN401
        condition = self._either()
        if not self._accept("?"):
            return condition
        yes = self._conditional()
        self._expect(":")
        no = self._conditional()
        return yes if condition else no

    def _either(self) -> Any:  # noqa: ANN401
        value = self._both()
        while self._accept("||"):
            other = self._both()
            value = bool(value) or bool(other)
        return value

    def _both(self) -> Any:  # noqa: ANN401
        value = self._equality()
        while self._accept("&&"):
            other = self._equality()
            value = bool(value) and bool(other)
        return value

    def _equality(self) -> Any:  # noqa: ANN401
        value = self._unary()
        while operator := self._accept("==", "!="):
            other = self._unary()
            value = (value == other) is (operator == "==")
        return value

    def _unary(self) -> Any:  # noqa: ANN401
        if self._accept("!"):
            return not self._unary()
        return self._steps(self._primary())

    def _steps(self, value: Any) -> Any:  # noqa: ANN401
        while True:
            if self._accept("."):
                value = self._member(value, self._next_text())
            elif self._accept("["):
                index = self._conditional()
                self._expect("]")
                value = self._member(value, index)
            else:
                return value

    def _next_text(self) -> str:
        if self._position == len(self._tokens):
            self._refuse("it ends with a dot")
        self._position += 1
        return self._tokens[self._position - 1][1]

    def _member(self, value: Any, key: Any) -> Any:  # noqa: ANN401
        try:
            if isinstance(value, list):
                return value[int(key)]
            return value[key]
        except (KeyError, IndexError, TypeError, ValueError):
            self._refuse(f"there is no {key!r}")

    def _primary(self) -> Any:  # noqa: ANN401
        if self._position == len(self._tokens):
            self._refuse("it ends too early")
        kind, text = self._tokens[self._position]
        self._position += 1
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "string":
            unescaped = re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), text[1:-1])
            return _template(unescaped, self._look_up)
        if kind == "name":
            return self._name(text)
        return self._group(text)

    def _group(self, opening: str) -> Any:  # noqa: ANN401
        if opening == "[":
            return self._sequence("]")
        if opening == "{":
            return self._object()
        if opening != "(":
            self._refuse(f"at {opening!r}")
        value = self._conditional()
        self._expect(")")
        return value

    def _name(self, text: str) -> Any:  # noqa: ANN401
        if text in {"true", "false", "null"}:
            return {"true": True, "false": False, "null": None}[text]
        if self._accept("("):
            arguments = self._sequence(")")
            if text not in _FUNCTIONS:
                self._refuse(f"the function {text} is not one of {', '.join(_FUNCTIONS)}")
            return _FUNCTIONS[text](*arguments)
        path = [text]
        wanted = 3 if text == "data" else 2
        while len(path) < wanted:
            self._expect(".")
            path.append(self._next_text())
        return self._look_up(".".join(path))

    def _sequence(self, end: str) -> list[Any]:
        values: list[Any] = []
        while not self._accept(end):
            values.append(self._conditional())
            if self._peek() != end:
                self._expect(",")
        return values

    def _object(self) -> dict[str, Any]:
        value: dict[str, Any] = {}
        while not self._accept("}"):
            kind, text = self._tokens[self._position]
            if kind == "name":
                self._position += 1
                key = text
            else:
                key = _text(self._primary())
            if not self._accept("=", ":"):
                self._refuse("expected '=' in an object")
            value[key] = self._conditional()
            self._accept(",")
        return value


def _merged(*maps: dict[str, Any]) -> dict[str, Any]:
    return {key: value for each in maps for key, value in each.items()}


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "jsonencode": lambda value: json.dumps(value, separators=(",", ":"), sort_keys=True),
    "jsondecode": json.loads,
    "join": lambda separator, values: separator.join(_text(value) for value in values),
    "split": lambda separator, text: text.split(separator),
    "concat": lambda *lists: [member for each in lists for member in each],
    "merge": _merged,
    "element": lambda values, index: values[int(index) % len(values)],
    "length": len,
    "lower": str.lower,
    "upper": str.upper,
    "replace": lambda text, old, new: text.replace(old, new),
    "tolist": list,
    "toset": lambda values: sorted(set(values)),
    "tostring": _text,
    "base64encode": lambda text: base64.b64encode(text.encode()).decode(),
    "sha256": lambda text: hashlib.sha256(text.encode()).hexdigest(),
}
