"""The order of promotion, read from ``ops/promotion.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from common.commands import OperationError

ROOT = Path(__file__).resolve().parent.parent
FILE = Path(__file__).with_name("promotion.toml")


@dataclass(frozen=True, slots=True)
class PromotionOrder:
    """Which environment comes after which."""

    environments: tuple[str, ...]
    lock_required: frozenset[str]

    @classmethod
    def load(cls, file: Path = FILE) -> PromotionOrder:
        """Read the file.

        Raises:
            OperationError: it is not as it should be; the message names what.
        """
        try:
            document = tomllib.loads(file.read_text(encoding="utf-8"))
            order, required = tuple(document["order"]), frozenset(document.get("lock_required", ()))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OperationError(f'{file}: cannot be used: {error}; it needs order = ["dev", ...]') from error
        if unknown := required - set(order):
            raise OperationError(f"{file}: lock_required names {', '.join(sorted(unknown))}, which order does not")
        return cls(order, required)

    def check(self, environment: str) -> None:
        """Refuse an environment that is not in the order.

        Raises:
            OperationError: with the ones that are.
        """
        if environment not in self.environments:
            raise OperationError(
                f'"{environment}" is not in the order of promotion ({", ".join(self.environments)}): see {FILE.name}'
            )

    def before(self, environment: str) -> str | None:
        """Return the environment that must have a release first; None for the first one."""
        self.check(environment)
        position = self.environments.index(environment)
        return self.environments[position - 1] if position else None
