"""Groups of items of which each is near another: whoever is linked, by whatever way, is in one. Their order is nothing.

So a group may hold items that are not near one another, by a chain of those between; and no item outside of a group is
near one in it, which is what keeps truth from being learned by heart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping


def linked(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Every item of a pair with its group, which has the name of its least item."""
    above: dict[str, str] = {}

    def top(item: str) -> str:
        while (over := above.setdefault(item, item)) != item:
            above[item] = above[over]
            item = over
        return item

    for one, other in pairs:
        least, most = sorted((top(one), top(other)))
        above[most] = least
    return {item: top(item) for item in list(above)}


def members(groups: Mapping[str, str]) -> dict[str, list[str]]:
    """The items of each group of two or more, in order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for item in sorted(groups):
        found[groups[item]].append(item)
    return {name: items for name, items in found.items() if len(items) > 1}
