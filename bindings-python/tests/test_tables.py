"""Lists and snapshot tables as Arrow columns, taken by the libraries that take them."""

import asyncio
import io
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import matplotlib
import pandas
import pimkit
import polars
import pyarrow
import pytest
from pimkit import models as m
from pimkit._governance import _TABLES

from .conftest import GLOBAL_ADMINISTRATOR


@pytest.fixture(scope="module")
def sample() -> pimkit.Client:
    return pimkit.embedded().client("emma.clarke")


@pytest.fixture(scope="module")
def snapshot(sample: pimkit.Client) -> pimkit.Snapshot:
    return sample.discover()


def test_a_list_is_taken_by_every_library(sample: pimkit.Client) -> None:
    rows = sample.assignments().to_list()
    assert len(rows) > 50
    for frame in (
        polars.DataFrame(sample.assignments()).to_dicts(),
        pyarrow.table(sample.assignments()).to_pylist(),
        sample.assignments().to_polars().to_dicts(),
        sample.assignments().to_pandas().to_dict("records"),
    ):
        assert [row["principal"] for row in frame] == [row.principal for row in rows]
        names = [None if pandas.isna(row["role_name"]) else row["role_name"] for row in frame]
        assert names == [row.role_name for row in rows]
    table = sample.assignments().to_table()
    assert len(table) == len(rows) and table == sample.assignments().to_table() and list(table) == rows
    assert table[0] == rows[0] and "holder_name" in table.columns
    assert "<table>" in table._repr_html_() and "holder_name" not in repr(table)
    assert isinstance(table.to_pandas(), pandas.DataFrame)


def test_a_list_is_read_once_and_its_table_is_kept(sample: pimkit.Client) -> None:
    rows = sample.assignments()
    first = polars.DataFrame(rows)
    assert len(first) > 50 and first.equals(polars.DataFrame(rows)) and len(rows.to_pandas()) == len(first)


def at(value: Any, path: list[str]) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


@pytest.mark.parametrize("name", _TABLES)
def test_columns_hold_what_the_values_hold(snapshot: pimkit.Snapshot, name: str) -> None:
    from pimkit._table import columns_of

    table = snapshot.table(name)
    frame = pyarrow.table(table)
    assert frame.column_names == table.columns and frame.num_rows == len(table)
    assert len(set(table.columns)) == len(table.columns)
    assert table._native is not None
    rows = json.loads(table._native.json())
    for column, path, kind in columns_of(_TABLES[name]):
        for cell, row in zip(frame[column].to_pylist(), rows, strict=True):
            value = at(row, path)
            if value is None or kind in ("bool", "int"):
                assert cell == value, column
            elif kind == "instant":
                assert cell == datetime.fromisoformat(value[:26].rstrip("Z") + "+00:00"), column
            elif kind == "word":
                assert cell == (value if isinstance(value, str) else next(iter(value))), column
            else:
                assert (cell if isinstance(value, str) else json.loads(cell)) == value, column


def test_instants_are_instants() -> None:
    now = datetime(2026, 9, 1, tzinfo=timezone.utc)
    tenant = pimkit.Tenant().user("ada", "ben").standing("ada", GLOBAL_ADMINISTRATOR)
    service = pimkit.embedded(
        tenant.eligible("ben", GLOBAL_ADMINISTRATOR, window=m.Window(None, now + timedelta(9))), now=now
    )
    frame = polars.DataFrame(service.client("ada").eligibilities())
    assert frame["end"].to_list() == [now + timedelta(9)]
    assert frame.schema["end"] == polars.Datetime("us", "UTC")


def test_an_empty_list_has_its_columns(sample: pimkit.Client) -> None:
    frame = polars.DataFrame(sample.requests())
    assert len(frame) == 0 and {"id", "status", "principal", "role", "created"} <= set(frame.columns)


def test_asynchronous_lists_are_tables_too() -> None:
    async def read() -> Any:
        with pimkit.embedded() as service:
            client = service.async_client("emma.clarke")
            return await client.assignments().to_polars(), await client.assignments().to_pandas()

    ours, theirs = asyncio.run(read())
    assert len(ours) == len(theirs) > 50


def test_a_stream_can_be_taken_after_its_rows_are_gone(sample: pimkit.Client) -> None:
    stream = sample.assignments().__arrow_c_stream__()
    del stream  # never taken: freed with its capsule
    for _ in range(200):
        pyarrow.table(sample.assignments().to_table())


def test_none_of_them_is_needed() -> None:
    script = (
        "import pimkit, sys; pimkit.embedded().client('emma.clarke').roles().to_table(); print(sorted(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert not {"polars", "pandas", "pyarrow", "numpy"} & set(eval(told))


def test_wrong_columns_are_refused(sample: pimkit.Client) -> None:
    rows = sample.roles().to_table()._native
    assert rows is not None
    with pytest.raises(pimkit.PimError, match="tarot"):
        rows.stream([("name", ["name"], "tarot")])


def test_findings_are_plotted(snapshot: pimkit.Snapshot, tmp_path: Path) -> None:
    matplotlib.use("Agg")
    findings = snapshot.findings()
    axes = findings.plot()
    drawn = sum(patch.get_width() for patch in axes.patches)
    assert drawn == len(findings)
    assert {label.get_text() for label in axes.get_yticklabels()} == {row.code for row in findings}
    axes.figure.savefig(tmp_path / "findings.png")
    assert (tmp_path / "findings.png").stat().st_size > 1_000


def test_a_bar_tells_how_far_it_is() -> None:
    client = pimkit.embedded().client("emma.clarke")
    told = io.StringIO()
    everything = client.discover(on_progress=pimkit.bar(file=told))
    azure = {"azure_roles", "azure_assignments", "azure_eligibilities", "azure_policies", "operations"}
    snapshot = client.discover(sources=set(everything.coverage) - azure)
    plan = snapshot.plan(snapshot.propose_design())
    done = io.StringIO()
    client.guarding(plan.safeguards).apply_plan(plan, on_progress=pimkit.bar(file=done))
    assert "users" in told.getvalue() and f"{len(plan)}/{len(plan)}" in done.getvalue()


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch, snapshot: pimkit.Snapshot) -> None:
    for name in ("matplotlib", "pandas", "polars", "tqdm.auto"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(pimkit.Unsupported, match="pip install matplotlib"):
        snapshot.findings().plot()
    with pytest.raises(pimkit.Unsupported, match="pip install polars"):
        snapshot.table("users").to_polars()
    with pytest.raises(pimkit.Unsupported, match="pip install pandas pyarrow"):
        snapshot.table("users").to_pandas()
    with pytest.raises(pimkit.Unsupported, match="pip install tqdm"):
        pimkit.bar()
