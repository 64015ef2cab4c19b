"""Schedules of EventBridge Scheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import (
    Construct,
    SchedulerSchedule,
    SchedulerScheduleFlexibleTimeWindow,
    SchedulerScheduleTarget,
    SchedulerScheduleTargetRetryPolicy,
    add,
)
from stacks.names import physical_name
from stacks.permissions import Statement, trust_document
from stacks.roles import ServiceRole

if TYPE_CHECKING:
    from stacks.background.definition import ScheduleDefinition
    from stacks.functions import Function
    from stacks.settings import Settings


class Schedule(Construct):
    """Invokes a function on a schedule. A failed invocation is not retried: the next one follows."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, function: Function, schedule: ScheduleDefinition
    ) -> None:
        """Add the schedule and its role.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            function: The function to invoke; its name is the Terraform address of the schedule.
            schedule: When to invoke it.
        """
        super().__init__(scope, id_)
        component = f"{function.name.replace('_', '-')}-schedule"
        role = ServiceRole(
            self,
            f"{function.name}_schedule",
            settings=settings,
            component=component,
            trust=trust_document("scheduler.amazonaws.com", source_account=settings.account_id),
            description=f"Allows the schedule to invoke {function.function_name}",
        )
        policy = role.allow(
            f"{function.name}_schedule", [Statement(("lambda:InvokeFunction",), (function.resource.arn,))]
        )
        self.resource = add(
            self,
            SchedulerSchedule,
            function.name,
            name=physical_name(settings, function.name.replace("_", "-"), "schedule"),
            description=schedule.description,
            schedule_expression=schedule.expression,
            flexible_time_window=SchedulerScheduleFlexibleTimeWindow(mode="OFF"),
            target=SchedulerScheduleTarget(
                arn=function.resource.arn,
                role_arn=role.arn,
                retry_policy=SchedulerScheduleTargetRetryPolicy(maximum_retry_attempts=0),
            ),
            depends_on=[policy],
        )
