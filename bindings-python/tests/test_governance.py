"""Read, judged, planned for, changed and taken back."""

import asyncio
import html.parser
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pimkit
import pytest
from pimkit import models as m

from .conftest import GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR

# All but Azure, where she administers nothing.
AZURE = {"azure_roles", "azure_assignments", "azure_eligibilities", "azure_policies"}


@pytest.fixture
def sample() -> Iterator[pimkit.Client]:
    with pimkit.embedded() as service:
        yield service.client("emma.clarke")


def read(client: pimkit.Client) -> pimkit.Snapshot:
    everything = client.discover()
    return client.discover(sources=set(everything.coverage) - AZURE - {"operations"})


def test_a_tenant_is_read_judged_and_reported(sample: pimkit.Client, tmp_path: Path) -> None:
    told: list[pimkit.Progress] = []
    snapshot = sample.discover(on_progress=told.append)
    assert {"users", "directory_assignments"} <= {one.source for one in told} and told[-1].done >= 0
    assert snapshot.backend == "embedded" and snapshot.coverage["users"]["coverage"] == "read"
    users: pimkit.Table[m.User] = snapshot.table("users")
    assert len(users) > 10 and isinstance(users[0], m.User)
    for name in ("roles", "assignments", "policies", "reviews", "alerts", "memberships"):
        assert isinstance(snapshot.table(name), pimkit.Table)
    with pytest.raises(pimkit.InvalidInput, match="did you mean `users`"):
        snapshot.table("user")

    findings = snapshot.findings()
    gravest = findings[0]
    assert gravest.severity == "critical" and gravest.evidence and gravest.remedy
    assert findings.of(code="standing-access") and len(findings.of("critical")) < len(findings)
    assert findings.unjudged[0].missing == ("operations",)
    checks = {check.check: check.verdict for check in snapshot.compliance()}
    assert checks["MS.AAD.7.1v1"] in ("pass", "fail")
    holders = snapshot.holders(GLOBAL_ADMINISTRATOR)["holders"]
    assert len(holders) > 5
    liam = sample.principal_named("liam.okafor")
    assert any(path["privilege"].get("role") == GLOBAL_ADMINISTRATOR.role for path in snapshot.paths(principal=liam))

    page = snapshot.report(findings=findings, compliance=True, title="<script>alert(1)</script>")
    assert page.lower().startswith("<!doctype html>") and "<script>alert(1)" not in page
    assert "Global Administrator" in snapshot.report("markdown", findings=findings)
    assert snapshot.csv("findings", findings=findings).count("\n") > len(findings)
    snapshot.save(tmp_path / "kept")
    again = pimkit.Snapshot.load(tmp_path / "kept")
    assert again.findings() == findings and again.taken_at == snapshot.taken_at
    assert isinstance(snapshot.diff(again), dict)
    with pytest.raises(pimkit.PimError):
        pimkit.Snapshot.load(tmp_path / "nowhere")


def test_notebooks_show_tables_and_take_nothing_for_markup(sample: pimkit.Client) -> None:
    snapshot = read(sample)
    plan = snapshot.plan(snapshot.propose_design())

    class Tags(html.parser.HTMLParser):
        seen: set[str] = set()

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            self.seen.add(tag)

    for shown in (snapshot, snapshot.findings(), snapshot.compliance(), plan):
        parser = Tags()
        parser.feed(shown._repr_html_())
        assert "table" in parser.seen and parser.seen <= {"table", "thead", "tbody", "tr", "th", "td", "p"}


def test_from_what_stands_to_what_is_wanted_and_back(sample: pimkit.Client, tmp_path: Path) -> None:
    before = read(sample)
    design = before.propose_design()
    design.save(tmp_path / "design.yaml")
    plan = before.plan(pimkit.Design.read(tmp_path / "design.yaml"), ticket="CHG-1")
    assert len(plan) > 100 and plan.administrators_after <= plan.administrators_before
    plan.save(tmp_path / "plan.json")
    assert pimkit.Plan.load(tmp_path / "plan.json") == plan

    with pytest.raises(pimkit.PermissionDenied) as careless:
        sample.apply_plan(plan)
    assert careless.value.code == "Apply.WeakerGuards"
    client = sample.guarding(plan.safeguards)
    assert set(client.rehearse(plan).counts()) == {"would_do"}

    told: list[Any] = []
    outcome = client.apply_plan(plan, journal=tmp_path / "one", on_progress=told.append)
    assert outcome.is_complete and outcome.counts() == {"done": len(plan)}
    assert sum("ended" in one for one in told) == len(plan)
    assert set(client.apply_plan(plan, journal=tmp_path / "again").counts()) == {"already_done"}
    after = read(sample)
    assert after.plan(design).is_empty
    page = after.report(plan=plan, outcome=outcome, before=before, design=design)
    assert len(page) > 50_000
    people = before.messages(plan, organisation="Fernhill", contact="the desk")
    assert people and all(one["text"] for one in people)
    undone = client.undo_plan(tmp_path / "one", journal=tmp_path / "two")
    assert undone.mode == "undo" and undone.counts()["done"] > len(plan) / 2


def test_a_run_stops_where_it_is_told_to_and_goes_on(sample: pimkit.Client, tmp_path: Path) -> None:
    snapshot = read(sample)
    plan = snapshot.plan(snapshot.propose_design())
    client = sample.guarding(plan.safeguards)

    def some(fact: dict[str, Any]) -> bool:
        return bool(fact.get("done", 0) < 5)

    stopped = client.apply_plan(plan, journal=tmp_path / "one", on_progress=some)
    assert not stopped.is_complete and stopped.stopped is not None
    assert client.resume_plan(tmp_path / "one").is_complete

    def breaks(fact: dict[str, Any]) -> bool:
        raise KeyError("the listener's own")

    with pytest.raises(KeyError):
        client.apply_plan(plan, journal=tmp_path / "two", on_progress=breaks)
    with pytest.raises(KeyError):
        client.discover(on_progress=breaks)  # type: ignore[arg-type]


def test_a_plan_that_takes_anothers_approval(sample: pimkit.Client, tmp_path: Path) -> None:
    snapshot = read(sample)
    plan = snapshot.plan(snapshot.propose_design())
    client = sample.guarding(plan.safeguards)
    secret, public = pimkit.generate_key()
    liam = sample.principal_named("liam.okafor")
    demand = pimkit.ApprovalDemand(keys={liam: public})
    with pytest.raises(pimkit.PermissionDenied) as missing:
        client.apply_plan(plan, approval=demand)
    assert missing.value.code == "Apply.NotApproved"
    signed = pimkit.sign_plan(plan, secret, approver=liam, now=snapshot.taken_at)
    assert secret not in signed
    approved = pimkit.ApprovalDemand(keys={liam: public}, approvals=[signed])
    assert client.apply_plan(plan, approval=approved).is_complete
    other, _ = pimkit.generate_key()
    forged = pimkit.sign_plan(plan, other, approver=liam, now=snapshot.taken_at)
    with pytest.raises(pimkit.PermissionDenied):
        client.apply_plan(plan, approval=pimkit.ApprovalDemand(keys={liam: public}, approvals=[forged]))


def test_a_typo_in_a_design_names_its_place(sample: pimkit.Client) -> None:
    with pytest.raises(pimkit.InvalidInput, match="line 3, column 5: .*did you mean `role`"):
        pimkit.Design("version: 1\nroles:\n  - roel: Global Reader")
    snapshot = read(sample)
    nobody = pimkit.Design("version: 1\nroles:\n  - { role: Global Raeder, eligible: [] }")
    assert any("Global Reader" in str(fault) for fault in snapshot.check(nobody))
    with pytest.raises(pimkit.InvalidInput, match="Global Raeder"):
        snapshot.plan(nobody)
    with pytest.raises(pimkit.PimError):
        pimkit.Plan("{}")
    with pytest.raises(pimkit.PimError):
        sample.apply_plan(
            pimkit.Plan(
                '{"steps":[],"waves":[],"administrators":{"before":[],"after":[]},"guarded":{"break_glass":[],"min_administrators":0}}'
            )
        )
    assert "properties" in pimkit.Design.schema()


def test_other_tools_files_and_least_roles() -> None:
    design, notices = pimkit.import_easypim(
        '{"ProtectedUsers": [], // a comment\n"EntraRoles": {"Policies": {"Security Reader": {"ActivationDuration": "PT8H"}}},}'
    )
    assert "Security Reader" in design.text and notices
    with pytest.raises(pimkit.InvalidInput):
        pimkit.import_easypim("{")
    assert pimkit.least_role_for("reset password of non-admins")[0]["name"] == "Password Administrator"
    assert pimkit.least_role_for("no such thing at all") == []


def test_a_deployment_is_verified() -> None:
    people = pimkit.Tenant().user("alice", "ada").standing("ada", GLOBAL_ADMINISTRATOR)
    reader = m.DirectoryRole("790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b")
    people.eligible("alice", reader)
    with pimkit.embedded(people) as service:
        told = pimkit.verify("Message Center Reader", admin=service.client("ada"), requestor=service.client("alice"))
        verdicts = {check.test: check.verdict for check in told}
        assert verdicts["activation"] == verdicts["deactivation"] == verdicts["audit"] == "passed"
        assert verdicts["mfa"] == "not_run" and not told.is_passed
        with pytest.raises(pimkit.InvalidInput):
            pimkit.verify(GLOBAL_ADMINISTRATOR, requestor=service.client("alice"))
        with pytest.raises(pimkit.InvalidInput, match="nobody takes part"):
            pimkit.verify(reader)
        assert isinstance(service.client("ada").watch(service.now - timedelta(days=1)), dict)


def test_the_same_with_await(tmp_path: Path) -> None:
    async def work() -> None:
        with pimkit.embedded() as service:
            client = service.async_client("emma.clarke")
            everything = await client.discover()
            snapshot = await client.discover(sources=set(everything.coverage) - AZURE - {"operations"})
            plan = snapshot.plan(snapshot.propose_design())
            guarded = client.guarding(plan.safeguards)
            assert (await guarded.apply_plan(plan, journal=tmp_path / "one")).is_complete
            people = service.async_client("liam.okafor")
            with pytest.raises(pimkit.PimError):
                await pimkit.verify_async(USER_ADMINISTRATOR, requestor=people)

    asyncio.run(work())


def test_the_same_over_the_wire(tmp_path: Path) -> None:
    with pimkit.emulator() as stage:
        client = stage.client("emma.clarke")
        snapshot = client.discover()
        assert snapshot.backend == "graph" and snapshot.findings()
        plan = snapshot.plan(snapshot.propose_design())
        outcome = client.guarding(plan.safeguards).apply_plan(plan, journal=tmp_path / "one")
        assert outcome.is_complete, outcome.counts()


def test_what_is_given_in_the_wrong_place_is_refused_with_its_name(sample: pimkit.Client) -> None:
    wrong: Any = "text"
    snapshot = sample.discover(sources=["users"])
    for call in (
        lambda: sample.apply_plan(wrong),
        lambda: sample.rehearse(wrong),
        lambda: snapshot.plan(wrong),
        lambda: snapshot.check(wrong),
        lambda: snapshot.diff(wrong),
        lambda: snapshot.messages(wrong),
        lambda: snapshot.report(findings=wrong),
        lambda: snapshot.report(before=wrong),
        lambda: pimkit.sign_plan(wrong, "s", approver="a", now=snapshot.taken_at),
    ):
        with pytest.raises(pimkit.InvalidInput, match="not str"):
            call()
