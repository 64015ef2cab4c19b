"""TOML files in which people write down what they reviewed: read whole, or refused with a line for each problem."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from common.commands import OperationError
from common.error_messages import json_problem, sentence

if TYPE_CHECKING:
    from pathlib import Path

ModelT = TypeVar("ModelT", bound=BaseModel)


def read_reviewed(file: Path, model: type[ModelT]) -> ModelT:
    """Return the file's content as the model that describes it.

    Raises:
        OperationError: it cannot be used; one line for each problem.
    """
    try:
        return model.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise OperationError(sentence(error)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise OperationError(f"{file} cannot be used: {json_problem(error) or f'it is not TOML: {error}'}.") from error
    except ValidationError as error:
        lines = (f"{file}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise OperationError("\n".join(lines)) from error
