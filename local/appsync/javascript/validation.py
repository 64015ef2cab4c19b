"""What AppSync refuses when code is deployed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from local.appsync.javascript.node_process import CallStoppedError
from local.appsync.javascript.runtime import JavaScriptRuntime


@dataclass(frozen=True, slots=True)
class CodeProblem:
    """One place where code is not APPSYNC_JS; line and column count from 1."""

    message: str
    line: int
    column: int
    span: int = -1
    """Length in characters; -1 if the problem has no extent."""
    type: str = "LINT_ERROR"
    """``PARSE_ERROR`` for what TypeScript says, as AppSync calls it; else ``LINT_ERROR``."""

    def as_code_error(self) -> dict[str, Any]:
        """The ``CodeError`` of AppSync's API. TypeScript's messages end with a line break there."""
        return {
            "errorType": self.type,
            "value": f"{self.message}\n" if self.type == "PARSE_ERROR" else self.message,
            "location": {"line": self.line, "column": self.column, "span": self.span},
        }


async def check_code(code: str, *, runtime: JavaScriptRuntime | None = None) -> list[CodeProblem]:
    """Check the code of a resolver or function, in the order of the text; an empty list means that AppSync takes it.

    Without a running ``runtime`` one is started for this check alone, which takes a second.
    """
    if runtime is not None:
        return await _checked(code, runtime)
    own = JavaScriptRuntime(threads=1)
    await own.start()
    try:
        return await _checked(code, own)
    finally:
        await own.close()


async def _checked(code: str, runtime: JavaScriptRuntime) -> list[CodeProblem]:
    try:
        return [CodeProblem(**problem) for problem in await runtime.check(code)]
    except CallStoppedError as stopped:
        return [CodeProblem(str(stopped), 1, 1)]
