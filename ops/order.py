"""The promotion order, from ``ops/promotion.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from common.commands import OperationError

ROOT = Path(__file__).resolve().parent.parent
FILE = Path(__file__).with_name("promotion.toml")


@dataclass(frozen=True, slots=True)
class PromotionOrder:
    """The promotion order of environments.

    Attributes:
        environments: the environments, first to last.
        lock_required: environments that need a committed provider lock file.
    """

    environments: tuple[str, ...]
    lock_required: frozenset[str]

    @classmethod
    def load(cls, file: Path = FILE) -> PromotionOrder:
        """Read the file.

        Raises:
            OperationError: the file is not valid; the message names the problem.
        """
        try:
            document = tomllib.loads(file.read_text(encoding="utf-8"))
            order, required = tuple(document["order"]), frozenset(document.get("lock_required", ()))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OperationError(f'{file} is not valid: {error}. It needs order = ["dev", ...].') from error
        if unknown := required - set(order):
            raise OperationError(f"{file}: lock_required contains {', '.join(sorted(unknown))}, which is not in order.")
        return cls(order, required)

    def check(self, environment: str) -> None:
        """Check that an environment is in the order.

        Raises:
            OperationError: it is not; the message lists the environments.
        """
        if environment not in self.environments:
            raise OperationError(
                f'"{environment}" is not in the promotion order ({", ".join(self.environments)}) of {FILE.name}.'
            )

    def before(self, environment: str) -> str | None:
        """Return the previous environment in the order; None for the first."""
        self.check(environment)
        position = self.environments.index(environment)
        return self.environments[position - 1] if position else None
