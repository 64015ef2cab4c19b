"""The construct of a background function: function, failure queue and stream mappings, or a schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.background.schedules import Schedule
from stacks.background.streams import FailureQueue, StreamSource, stream_statement
from stacks.bindings import Construct
from stacks.functions import Function, FunctionDefinition

if TYPE_CHECKING:
    from stacks.background.definition import BackgroundDefinition, SharedResources


class BackgroundFunction(Construct):
    """A function on streams of tables or on a schedule."""

    def __init__(self, scope: Construct, definition: BackgroundDefinition, resources: SharedResources) -> None:
        """Add the function and its triggers.

        Args:
            scope: The parent construct.
            definition: The function; its name is the construct's id.
            resources: The resources that it uses.
        """
        super().__init__(scope, definition.name)
        self.definition = definition
        self.function = Function(
            self,
            definition.name,
            settings=resources.settings,
            definition=_function_definition(definition, resources),
            archive=resources.code.stored(definition.name),
        )
        self.failures: FailureQueue | None = None
        if definition.streams:
            self.failures = FailureQueue(self, "failures", settings=resources.settings, function=self.function)
            self._build_sources(self.failures, resources)
        if definition.schedule is not None:
            Schedule(
                self, "schedule", settings=resources.settings, function=self.function, schedule=definition.schedule
            )

    def _build_sources(self, failures: FailureQueue, resources: SharedResources) -> None:
        for key, filters in self.definition.streams.items():
            StreamSource(
                self,
                f"{key}_source",
                address=f"{self.definition.name}_{key}",
                function=self.function,
                table=resources.tables[key],
                filters=filters,
                failures=failures,
                batch_size=self.definition.batch_size,
            )


def _function_definition(definition: BackgroundDefinition, resources: SharedResources) -> FunctionDefinition:
    streams = [resources.tables[key] for key in definition.streams]
    environment = definition.environment(resources.settings)
    for access in definition.access:
        environment |= access.environment(resources)
    return FunctionDefinition(
        name=definition.name,
        description=definition.description,
        environment=environment,
        statements=(
            *([stream_statement(streams)] if streams else []),
            *(access.statement(resources) for access in definition.access),
        ),
        timeout_seconds=definition.timeout_seconds,
        memory_megabytes=definition.memory_megabytes,
    )
