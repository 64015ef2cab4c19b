"""Tests of the price list: every price has a date and a source, and errors in a list are reported."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from common.commands import OperationError
from ops.cost.prices import PriceList, read_items

if TYPE_CHECKING:
    from pathlib import Path

ITEM = 'service = "S"\ndriver = "d"\nunit = "u"\nper = 10\nfree = 0\n'
QUOTE = 'dollars = 2.5\ndate = 2026-01-02\nsource = "https://example.com"\n'


@pytest.mark.parametrize("key", sorted(read_items()))
def test_every_price_has_a_date_and_a_source(key: str) -> None:
    for quote in read_items()[key].regions.values():
        assert date(2026, 1, 1) < quote.date <= date(2026, 12, 31)
        assert quote.source.startswith(("https://aws.amazon.com/", "https://pricing.us-east-1.", "https://github.com/"))


def test_all_items_in_use_have_prices_in_both_regions() -> None:
    missing = {key for key, item in read_items().items() if set(item.regions) != {"us-east-1", "eu-west-1"}}

    assert missing == {"dynamodb_write_capacity", "dynamodb_read_capacity"}, "no stack of this project uses these"


def test_costs_are_proportional_to_the_quantity() -> None:
    prices = PriceList.load("us-east-1")

    assert prices.dollars("appsync_operations", 1_500_000) == pytest.approx(6.00)
    assert prices.dollars("kms_requests", 100_000) == pytest.approx(0.30)


def test_a_missing_price_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(f"[x]\n{ITEM}[x.regions.here]\n{QUOTE}[y]\n{ITEM}[y.regions.there]\n{QUOTE}")

    prices = PriceList.load("here", file)

    assert prices.dollars("x", 4) == pytest.approx(1)
    with pytest.raises(OperationError, match="no price of y for the region here"):
        prices.dollars("y", 1)
    with pytest.raises(OperationError, match="has no item z"):
        prices.dollars("z", 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x", "it is not TOML"),
        (f"[x]\n{ITEM}", "regions"),
        (f"[x]\n{ITEM}[x.regions.r]\ndollars = 1\ndate = 2026-01-02\n", "source"),
        (f"[x]\n{ITEM}[x.regions.r]\ndollars = 1\nsource = 'https://x.y'\n", "date"),
        (f"[x]\n{ITEM}[x.regions.r]\n{QUOTE.replace('2.5', '-1')}", "dollars"),
    ],
)
def test_errors_in_a_list_name_the_field(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(text)

    with pytest.raises(OperationError, match=expected):
        PriceList.load("r", file)


def test_an_unknown_region_lists_the_known_regions() -> None:
    with pytest.raises(OperationError, match="eu-west-1, us-east-1"):
        PriceList.load("eu-north-9")
