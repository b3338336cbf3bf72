"""Progress and plots, with libraries that are used where they are installed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ._errors import Unsupported

_GRAVEST = ("critical", "high", "medium", "low", "info")
_COLOURS = {"critical": "#8b1a1a", "high": "#c8541d", "medium": "#d9a520", "low": "#5b8db8", "info": "#9aa5ad"}


def bar(**options: Any) -> Callable[[Any], None]:
    """A progress bar for `on_progress` of `discover`, `apply_plan`, `resume_plan` and `undo_plan`. Takes tqdm.

    :param options: what `tqdm.auto.tqdm` takes, such as `file` or `disable`.
    :raises Unsupported: where tqdm is not installed.

    >>> client.discover(on_progress=pimkit.bar())  # doctest: +SKIP
    """
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped, unused-ignore]
    except ImportError as missing:
        raise Unsupported("a progress bar takes tqdm: pip install tqdm") from missing
    shown = tqdm(**options)
    read: dict[str, int] = {}

    def tell(fact: Any) -> None:
        if not isinstance(fact, dict):
            # A discovery: rows of all sources together.
            read[fact.source] = fact.done
            shown.set_description(fact.source)
            shown.n = sum(read.values())
            shown.refresh()
        elif "name" in fact:
            shown.set_description(str(fact["name"]))
        elif "total" in fact:
            shown.total, shown.n = fact["total"], fact["done"]
            shown.refresh()
            if fact["done"] == fact["total"]:
                shown.close()

    return tell


def stacked(counts: Iterable[tuple[str, str]], axes: Any) -> Any:
    """A bar for each kind of finding, in the colours of its severities; axes of matplotlib."""
    try:
        from matplotlib import pyplot  # type: ignore[import-not-found, unused-ignore]
    except ImportError as missing:
        raise Unsupported("a plot takes matplotlib: pip install matplotlib") from missing
    if axes is None:
        _, axes = pyplot.subplots()
    table: dict[str, dict[str, int]] = {}
    for code, severity in counts:
        of = table.setdefault(code, {})
        of[severity] = of.get(severity, 0) + 1
    codes = sorted(table, key=lambda code: sum(table[code].values()))
    left = dict.fromkeys(codes, 0)
    words = [*_GRAVEST, *sorted({word for of in table.values() for word in of} - set(_GRAVEST))]
    for severity in words:
        widths = [table[code].get(severity, 0) for code in codes]
        if any(widths):
            colour = _COLOURS.get(severity, "#777777")
            axes.barh(codes, widths, left=[left[code] for code in codes], label=severity, color=colour)
            left = {code: left[code] + width for code, width in zip(codes, widths, strict=True)}
    axes.set_xlabel("findings")
    if codes:
        axes.legend()
    return axes
