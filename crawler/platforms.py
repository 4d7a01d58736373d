"""Which spiders there are: every module of crawler/spiders holds one platform."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from corpus.errors import InputError
from crawler import spiders
from crawler.spiders.base import BoardSpider


@functools.cache
def platforms() -> dict[str, type[BoardSpider]]:
    """Platform id -> its spider."""
    found: dict[str, type[BoardSpider]] = {}
    for module in pkgutil.iter_modules(spiders.__path__):
        for value in vars(importlib.import_module(f"{spiders.__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, BoardSpider) and value.platform:
                found[value.platform] = value
    return dict(sorted(found.items()))


def platform(name: str) -> type[BoardSpider]:
    """The spider of a platform; `InputError` names those that there are."""
    try:
        return platforms()[name]
    except KeyError:
        raise InputError(f"no platform {name!r}: there are {', '.join(platforms())}") from None
