"""Rows as tables: for polars, pandas, pyarrow and duckdb, none of which is needed to import this."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar, Union, overload

from . import models as m
from ._codec import decode
from ._errors import Unsupported
from ._native import NativeRows

T = TypeVar("T")

_Column = tuple[str, list[str], str]
# What stands inside these is told without their name before it.
_PLAIN = {"window", "asked"}


@cache
def columns_of(kind: type) -> list[_Column]:
    """The columns of a type's table: name, path through the row's JSON, and what it holds. Nested values are columns of their own
    (`holder_name`); lists and what has many forms are JSON text."""
    hints = typing.get_type_hints(kind)
    columns: list[_Column] = []
    for one in dataclasses.fields(kind):
        name = one.name.rstrip("_")
        columns += _columns(name, [name], _needed(hints[one.name]))
    return columns


def _columns(name: str, path: list[str], hint: Any) -> list[_Column]:
    if hint == m.Privilege:
        inside = ("role", "scope", "group", "access")
        return [(name, [*path, "type"], "text"), *((part, [*path, part], "text") for part in inside)]
    if hint is m.Origin:
        return [(name, path, "word")]
    for kind, word in ((bool, "bool"), (int, "int"), (datetime, "instant")):
        if hint is kind:
            return [(name, path, word)]
    if dataclasses.is_dataclass(hint) and _is_object(hint):
        before = "" if path[-1] in _PLAIN else f"{name}_"
        return [(before + inner, [*path, *steps], word) for inner, steps, word in columns_of(typing.cast(type, hint))]
    return [(name, path, "text")]


def _is_object(kind: Any) -> bool:
    return kind not in (m.Reviewer, m.Recurrence)


def _needed(hint: Any) -> Any:
    """The type, when it is there."""
    if hint != m.Privilege and typing.get_origin(hint) in (Union, types.UnionType):
        rest = tuple(one for one in typing.get_args(hint) if one is not type(None))
        return rest[0] if len(rest) == 1 else Union[rest]  # noqa: UP007
    return hint


class _Frames:
    """What can be handed to libraries of tables."""

    def _table(self) -> Table[Any]:
        raise NotImplementedError

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as Arrow columns, which polars, pandas, pyarrow and duckdb take without a copy: `polars.DataFrame(rows)`."""
        return self._table()._stream()

    def to_pandas(self) -> Any:
        """A pandas data frame. Takes pandas and pyarrow."""
        try:
            import pandas  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: F401
            import pyarrow  # type: ignore[import-not-found, import-untyped, unused-ignore]
        except ImportError as missing:
            raise Unsupported("a data frame of pandas takes two libraries: pip install pandas pyarrow") from missing
        return pyarrow.table(self._table()).to_pandas()

    def to_polars(self) -> Any:
        """A polars data frame. Takes polars."""
        try:
            import polars  # type: ignore[import-not-found, import-untyped, unused-ignore]
        except ImportError as missing:
            raise Unsupported("a data frame of polars takes it: pip install polars") from missing
        return polars.DataFrame(self._table())


class Rows(Sequence[T], Generic[T]):
    """A sequence over rows."""

    @property
    def _rows(self) -> tuple[T, ...]:
        raise NotImplementedError

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        return self._rows[at]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[T]:
        return iter(self._rows)


class Table(_Frames, Rows[T]):
    """Rows that were read: a sequence of values, and Arrow columns. Values are made when they are looked at."""

    def __init__(self, native: NativeRows | None, kind: type[T]) -> None:
        self._native = native
        self._kind = kind
        self._made: tuple[T, ...] | None = None

    @property
    def _rows(self) -> tuple[T, ...]:
        if self._made is None:
            rows = [] if self._native is None else json.loads(self._native.json())
            self._made = tuple(decode(self._kind, row) for row in rows)
        return self._made

    @property
    def columns(self) -> list[str]:
        """The names of its columns."""
        return [name for name, _, _ in columns_of(typing.cast(Any, self._kind))]

    def __len__(self) -> int:
        return 0 if self._native is None else len(self._native)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(self._rows)

    def __repr__(self) -> str:
        return f"<Table of {self._kind.__name__}: {len(self)} rows>"

    def _repr_html_(self) -> str:
        from ._governance import table_html

        fields = [one.name for one in dataclasses.fields(typing.cast(Any, self._kind))]
        return table_html(fields, ([getattr(row, name) for name in fields] for row in self))

    def _table(self) -> Table[Any]:
        return self

    def _stream(self) -> object:
        rows = NativeRows.empty() if self._native is None else self._native
        return rows.stream(columns_of(typing.cast(Any, self._kind)))


class Frames(_Frames, Generic[T]):
    """A list that becomes a table by being read to its end."""

    def to_table(self) -> Table[T]:
        raise NotImplementedError

    def _table(self) -> Table[Any]:
        return self.to_table()


class AsyncFrames(Generic[T]):
    """A list that becomes a table by being read to its end."""

    async def to_table(self) -> Table[T]:
        raise NotImplementedError

    async def to_pandas(self) -> Any:
        """A pandas data frame. Takes pandas and pyarrow."""
        return (await self.to_table()).to_pandas()

    async def to_polars(self) -> Any:
        """A polars data frame. Takes polars."""
        return (await self.to_table()).to_polars()
