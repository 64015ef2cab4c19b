"""Data sources about the account and the region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terraform.expressions import ExpressionError

if TYPE_CHECKING:
    from terraform.resources.resource import Attributes, Target


def data_source(name: str, target: Target) -> Attributes:
    """Return the attributes of a data source by its full name, ``data.<type>.<name>``.

    Raises:
        ExpressionError: the type is not supported.
    """
    kind = name.split(".")[1]
    known: dict[str, Attributes] = {
        "aws_caller_identity": {"account_id": target.account_id, "id": target.account_id},
        "aws_region": {"name": target.region, "region": target.region, "id": target.region},
        "aws_partition": {"partition": "aws", "id": "aws", "dns_suffix": "amazonaws.com"},
    }
    if kind not in known:
        message = (
            f"the direct deployment does not support the data source {name}; deploy with Terraform: DEPLOY=terraform"
        )
        raise ExpressionError(message)
    return known[kind]
