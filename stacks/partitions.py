"""Partitions of AWS: the first part of ARNs, and the suffix of host names, by region.

The settings accept commercial regions only: the partition in China has no Amazon Cognito user pools, and GovCloud no
AWS AppSync. ARNs are still built from the region, so that no policy depends on this.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Partition:
    """A group of regions with accounts of its own."""

    name: str
    """The second part of its ARNs, for example ``aws``."""
    dns_suffix: str
    """The end of its host names, and of service principals that contain a region."""


_COMMERCIAL = Partition("aws", "amazonaws.com")
_BY_PREFIX = {
    "cn-": Partition("aws-cn", "amazonaws.com.cn"),
    "us-gov-": Partition("aws-us-gov", "amazonaws.com"),
}


def partition_of(region: str) -> Partition:
    """Return the partition of a region."""
    return next((found for prefix, found in _BY_PREFIX.items() if region.startswith(prefix)), _COMMERCIAL)
