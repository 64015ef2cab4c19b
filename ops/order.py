"""The promotion order: a tree of environments, from the tables ``[promotion]`` in ``environments/*.toml``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from common.commands import OperationError
from common.environment_files import environment_files
from ops.files import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment and its table ``[promotion]``.

    Attributes:
        name: the name of its file, without ``.toml``.
        file: the file, relative to the checkout if it is in it.
        after: the environment whose deployed release it takes; None if it takes every commit of the default branch.
        production: whether the policy rules for production apply.
        require_lock_file: whether plans need the committed provider lock file.
        record_key_arn: the KMS key that authenticates its records; None if they are not authenticated.
        require_record_key: whether its records, those of its predecessor and those of rollbacks must be authenticated.
        workflows: whether it receives releases: commands and workflows plan, check and deploy it.
    """

    name: str
    file: str
    after: str | None = None
    production: bool = False
    require_lock_file: bool = False
    record_key_arn: str | None = None
    require_record_key: bool = False
    workflows: bool = True


@dataclass(frozen=True, slots=True)
class PromotionOrder:
    """The environments that receive releases, each after the environment whose release it takes.

    Attributes:
        steps: the environments by name, in the order.
    """

    steps: Mapping[str, Environment]

    @classmethod
    def load(cls) -> PromotionOrder:
        """Read the order from the files of the environments.

        Raises:
            OperationError: a table is not valid; the message has a line with file, key and remedy for each problem.
        """
        return cls.of(read_environments())

    @classmethod
    def of(cls, environments: Iterable[Environment]) -> PromotionOrder:
        """Order environments: each after its predecessor, and by name if several have the same position.

        Raises:
            OperationError: a predecessor is unknown or receives no releases, or the order has a cycle.
        """
        known = {environment.name: environment for environment in environments}
        promoted = {name: environment for name, environment in sorted(known.items()) if environment.workflows}
        if problems := [problem for environment in promoted.values() if (problem := _problem(environment, known))]:
            raise OperationError("\n".join(problems))
        steps: dict[str, Environment] = {}
        while ready := {
            name: environment
            for name, environment in promoted.items()
            if name not in steps and _is_ready(environment, steps)
        }:
            steps |= ready
        if left := sorted(promoted.keys() - steps.keys()):
            files = ", ".join(known[name].file for name in left)
            links = ", ".join(f"{name} after {known[name].after}" for name in left)
            raise OperationError(
                f"{files}: promotion.after has a cycle: {links}. Remove the key from one of these files."
            )
        return cls(steps)

    @property
    def environments(self) -> tuple[str, ...]:
        """The names of the environments, in the order."""
        return tuple(self.steps)

    @property
    def production(self) -> frozenset[str]:
        """The environments to which the policy rules for production apply."""
        return frozenset(name for name, environment in self.steps.items() if environment.production)

    @property
    def lock_required(self) -> frozenset[str]:
        """The environments whose plans need the committed provider lock file."""
        return frozenset(name for name, environment in self.steps.items() if environment.require_lock_file)

    def check(self, environment: str) -> None:
        """Check that an environment is in the order.

        Raises:
            OperationError: it is not; the message lists the environments.
        """
        if environment not in self.steps:
            raise OperationError(
                f'"{environment}" is not in the promotion order ({", ".join(self.environments)}). An environment is in '
                f"it if its file is in environments/, without workflows = false in its table [promotion]."
            )

    def before(self, environment: str) -> str | None:
        """Return the environment whose release an environment takes; None if it takes commits directly."""
        self.check(environment)
        return self.steps[environment].after

    def path(self, environment: str) -> tuple[str, ...]:
        """Return the environments of a release on its way to an environment, which is the last."""
        before = self.before(environment)
        return (*(self.path(before) if before else ()), environment)


def read_environments() -> tuple[Environment, ...]:
    """Read the table ``[promotion]`` of every environment, sorted by name.

    Raises:
        OperationError: a file or a table is not valid; the message has a line for each problem.
    """
    found, problems = [], []
    for name, file in environment_files(ROOT, os.environ).items():
        try:
            found.append(_read(name, file))
        except OperationError as error:
            problems.append(str(error))
    if problems:
        raise OperationError("\n".join(problems))
    return tuple(found)


def _read(name: str, file: Path) -> Environment:
    from pydantic import ValidationError  # noqa: PLC0415 - most users of this module need its paths only

    from stacks.settings import PromotionSettings  # noqa: PLC0415 - imports pydantic

    shown = str(file.relative_to(ROOT) if file.is_relative_to(ROOT) else file)
    try:
        settings = PromotionSettings.model_validate(read_toml(file).get("promotion", {}))
    except ValidationError as error:
        lines = (
            f"{shown}: {'.'.join(('promotion', *map(str, details['loc'])))}: {details['msg']}. "
            "docs/settings.md describes the setting."
            for details in error.errors()
        )
        raise OperationError("\n".join(lines)) from error
    return Environment(
        name,
        shown,
        settings.after or None,
        production=settings.production,
        require_lock_file=settings.require_lock_file,
        record_key_arn=settings.record_key_arn,
        require_record_key=settings.require_record_key,
        workflows=settings.workflows,
    )


def _is_ready(environment: Environment, steps: Mapping[str, Environment]) -> bool:
    return environment.after is None or environment.after in steps


def _problem(environment: Environment, known: Mapping[str, Environment]) -> str | None:
    after = environment.after
    if after is None:
        return None
    place = f'{environment.file}: promotion.after = "{after}": '
    others = sorted(name for name, other in known.items() if other.workflows and name != environment.name)
    remedy = f"Use one of: {', '.join(others)}; or remove the key to deploy every commit of the default branch."
    if after == environment.name:
        return f"{place}an environment cannot take its own release. {remedy}"
    if after not in known:
        return f"{place}there is no environment of this name. {remedy}"
    if not known[after].workflows:
        return f"{place}{after} receives no releases, because its promotion.workflows is false. {remedy}"
    return None
