"""Tables that stand in another order by their address, so that what one looks at can be shared: `?sort=attempts`, or
`?sort=-attempts` for the other way round.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlencode

from fastapi import Query, Request

from app.services.refusals import Unusable

T = TypeVar("T")

Sort = Annotated[str, Query(max_length=40, description="A column, with a minus in front for the other way round.")]


@dataclass(frozen=True)
class Column:
    """value: by which a row is sorted; what is unknown is None, and stands last whichever way. falling: whether the largest come
    first when the column is chosen.
    """

    value: Callable[[Any], Any]
    falling: bool = False


@dataclass(frozen=True)
class Order:
    """How a table stands. address: of the page in any order, as far as `sort=` or what asks in its place.
    falling: of each column when it is chosen.
    """

    key: str
    descending: bool
    address: str
    falling: Mapping[str, bool]

    @property
    def sort(self) -> str:
        return f"-{self.key}" if self.descending else self.key

    def state(self, key: str) -> Literal["ascending", "descending"] | None:
        """As `aria-sort` tells it; None for a column by which the table is not sorted."""
        return None if key != self.key else "descending" if self.descending else "ascending"

    def link(self, key: str) -> str:
        """To the table by this column; by the one that it is sorted by already, the other way round."""
        descending = not self.descending if key == self.key else self.falling[key]
        return f"{self.address}{'-' if descending else ''}{key}"


def in_order(
    rows: Iterable[T], columns: Mapping[str, Column], asked: str, request: Request, usual: str, parameter: str = "sort"
) -> tuple[list[T], Order]:
    """The rows as they were asked for, or in the `usual` order. Rows alike stay as they came. parameter: of the address;
    a second table on a page has its own. Raises Unusable.
    """
    asked = asked or usual
    key, descending = asked.removeprefix("-"), asked.startswith("-")
    if key not in columns:
        raise Unusable(f"/{parameter}", f"A table can be sorted by {', '.join(columns)}.")
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in (parameter, "said", "before")]
    order = Order(
        key, descending, f"?{urlencode([*kept, (parameter, '')])}", {name: column.falling for name, column in columns.items()}
    )
    value = columns[key].value
    listed = list(rows)
    known = sorted((row for row in listed if value(row) is not None), key=value, reverse=descending)
    return [*known, *(row for row in listed if value(row) is None)], order
