"""The price list: every price has its day and its source, and what is wrong with a list is said."""

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
def test_every_price_has_a_day_and_a_source(key: str) -> None:
    for quote in read_items()[key].regions.values():
        assert date(2026, 1, 1) < quote.date <= date(2026, 12, 31)
        assert quote.source.startswith(("https://aws.amazon.com/", "https://pricing.us-east-1.", "https://github.com/"))


def test_all_that_the_model_uses_is_priced_in_both_regions() -> None:
    missing = {key for key, item in read_items().items() if set(item.regions) != {"us-east-1", "eu-west-1"}}

    assert missing == {"dynamodb_write_capacity", "dynamodb_read_capacity"}, "neither is used by any stack of ours"


def test_a_quantity_costs_its_part_of_the_price() -> None:
    prices = PriceList.load("us-east-1")

    assert prices.dollars("appsync_operations", 1_500_000) == pytest.approx(6.00)
    assert prices.dollars("kms_requests", 100_000) == pytest.approx(0.30)


def test_a_price_that_is_not_known_in_the_region_is_an_error_that_says_so(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(f"[x]\n{ITEM}[x.regions.here]\n{QUOTE}[y]\n{ITEM}[y.regions.there]\n{QUOTE}")

    prices = PriceList.load("here", file)

    assert prices.dollars("x", 4) == pytest.approx(1)
    with pytest.raises(OperationError, match="y is not known for the region here"):
        prices.dollars("y", 1)
    with pytest.raises(OperationError, match="no price is called z"):
        prices.dollars("z", 1)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[x", "it is not TOML"),
        (f"[x]\n{ITEM}", "regions"),
        (f"[x]\n{ITEM}[x.regions.r]\ndollars = 1\ndate = 2026-01-02\n", "source"),
        (f"[x]\n{ITEM}[x.regions.r]\ndollars = 1\nsource = 'https://x.y'\n", "date"),
        (f"[x]\n{ITEM}[x.regions.r]\n{QUOTE.replace('2.5', '-1')}", "dollars"),
    ],
)
def test_what_is_wrong_with_a_list_is_named(tmp_path: Path, text: str, names: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(text)

    with pytest.raises(OperationError, match=names):
        PriceList.load("r", file)


def test_an_unknown_region_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(OperationError, match="eu-west-1, us-east-1"):
        PriceList.load("eu-north-9")
