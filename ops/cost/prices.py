"""List prices of one region, each with its date and source."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic needs the type
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from common.commands import OperationError
from ops.files import read_toml

PRICES = Path(__file__).with_name("prices.toml")


class Quote(BaseModel):
    """A price in one region."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dollars: float = Field(ge=0)
    date: date
    source: str = Field(pattern=r"^https://")


class Item(BaseModel):
    """Something that AWS charges for.

    Attributes:
        service: the service on the bill.
        driver: what is counted, for example ``queries and mutations``.
        unit: the unit that is counted, for example ``operation``.
        per: how many units the price is for.
        free: units per month that are always free.
        regions: the price by region.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str = Field(min_length=1)
    driver: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    per: int = Field(gt=0)
    free: int = Field(ge=0)
    regions: dict[str, Quote] = Field(min_length=1)


class PriceList:
    """The prices in one region.

    Args:
        items: by key.
        region: the AWS region.
    """

    def __init__(self, items: dict[str, Item], region: str) -> None:
        self.items = items
        self.region = region

    @classmethod
    def load(cls, region: str, file: Path = PRICES) -> PriceList:
        """Read the price list.

        Raises:
            OperationError: the file cannot be read, or has no prices for the region.
        """
        items = read_items(file)
        if not items:
            raise OperationError(f"{file} cannot be used: it has no prices. The list of this project is {PRICES}.")
        known = sorted({name for item in items.values() for name in item.regions})
        if region not in known:
            raise OperationError(
                f"{file.name} has no prices for the region {region}, only for {', '.join(known)}. "
                "Add them with date and source, or choose one of these regions with --region."
            )
        return cls(items, region)

    def dollars(self, key: str, quantity: float) -> float:
        """Return the cost of a quantity in dollars.

        Raises:
            OperationError: the region has no such price.
        """
        item = self.item(key)
        return quantity * self.quote(key).dollars / item.per

    def item(self, key: str) -> Item:
        """Return the item with a key.

        Raises:
            OperationError: no item has this key.
        """
        if key not in self.items:
            raise OperationError(f"The price list has no item {key}. Its items: {', '.join(sorted(self.items))}.")
        return self.items[key]

    def quote(self, key: str) -> Quote:
        """Return the price of an item in the region.

        Raises:
            OperationError: the region has no such price.
        """
        quote = self.item(key).regions.get(self.region)
        if quote is None:
            raise OperationError(f"{PRICES.name} has no price of {key} for the region {self.region}. Add it there.")
        return quote


def read_items(file: Path = PRICES) -> dict[str, Item]:
    """Read the prices of all regions.

    Raises:
        OperationError: the file cannot be read, or an entry is not valid; the message names it.
    """
    try:
        return {key: Item.model_validate(values) for key, values in read_toml(file).items()}
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(map(str, wrong["loc"]))
        raise OperationError(f"{file}: {place}: {wrong['msg']}") from error
