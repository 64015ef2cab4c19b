"""An optional monthly budget, which notifies the topic of alarms.

It has the cost of resources with the tag ``Application``, which has to be activated once as a cost allocation tag (AWS
Billing user guide, "Activating user-defined cost allocation tags"). Two budgets of an account are free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import (
    BudgetsBudget,
    BudgetsBudgetCostFilter,
    BudgetsBudgetNotification,
    Construct,
    add,
)
from stacks.names import physical_name

if TYPE_CHECKING:
    from stacks.settings import Settings

_NOTIFICATIONS = (("ACTUAL", 80), ("FORECASTED", 100))
"""Type of notification, and percentage of the budget."""


class Budget(Construct):
    """The budget, if the settings have one."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        """Add the budget.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment; ``cross_field_checks`` requires a topic with a budget.
        """
        super().__init__(scope, id_)
        monitoring = settings.monitoring
        if monitoring.monthly_budget_dollars is None:
            return
        add(
            self,
            BudgetsBudget,
            "monthly",
            name=physical_name(settings, "monthly", "budget"),
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(monitoring.monthly_budget_dollars),
            limit_unit="USD",
            cost_filter=[
                BudgetsBudgetCostFilter(name="TagKeyValue", values=[f"user:Application${settings.app_name}"]),
            ],
            notification=[
                BudgetsBudgetNotification(
                    comparison_operator="GREATER_THAN",
                    threshold=percentage,
                    threshold_type="PERCENTAGE",
                    notification_type=kind,
                    # A notification has one topic (AWS Budgets API reference, "Subscriber").
                    subscriber_sns_topic_arns=[monitoring.alarm_topic_arns[0]],
                )
                for kind, percentage in _NOTIFICATIONS
            ],
        )
