"""A tenant read once, judged offline, and what is wanted of it."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

from . import models as m
from ._codec import decode, dumps, encode, instant
from ._errors import InvalidInput
from ._native import NativeTenant, judge
from ._table import Rows, Table

T = TypeVar("T")

Severity = Literal["critical", "high", "medium", "low", "info"]
"""How grave a finding is, by the tier of what it is about."""

ReportFormat = Literal["html", "markdown", "json"]
"""A page that needs no network, Markdown, or all rows as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A fact that proves a finding."""

    source: str
    """Where it was read."""
    id: str
    """The id of what it is about."""
    fact: str
    """What was seen."""
    at: datetime | None = None
    """When it was so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it should be."""

    code: str
    """What kind, in a word that stays: `standing-access`, `no-mfa`, `break-glass` and so on."""
    severity: str
    """How grave: `critical`, `high`, `medium`, `low` or `info`."""
    message: str
    """What is wrong, in plain words."""
    remedy: str
    """What to do about it."""
    principal: str | None = None
    """Whom it is about."""
    privilege: m.Privilege | None = None
    """What it is about."""
    evidence: tuple[Evidence, ...] = ()
    """What proves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """A kind of finding that could not wholly be judged."""

    code: str
    """Which kind."""
    missing: tuple[str, ...]
    """The sources that were not wholly read."""


class _Kept(Rows[T]):
    """Rows that show themselves as a table in a notebook, and keep the text that they came as."""

    _columns: tuple[str, ...] = ()

    def __init__(self, rows: Iterable[T], text: str) -> None:
        self._read = tuple(rows)
        self._text = text

    @property
    def _rows(self) -> tuple[T, ...]:
        return self._read

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} rows>"

    def to_json(self) -> str:
        """As the SDK's own JSON."""
        return self._text

    def _cells(self, row: T) -> Sequence[object]:
        return [getattr(row, column) for column in self._columns]

    def _repr_html_(self) -> str:
        return table_html(self._columns, (self._cells(row) for row in self._rows))


def table_html(columns: Sequence[str], rows: Iterable[Sequence[object]], most: int = 100) -> str:
    """A small table; nothing in it is taken for markup."""
    head = "".join(f"<th>{html.escape(column.replace('_', ' '))}</th>" for column in columns)
    body, count = [], 0
    for row in rows:
        count += 1
        if count <= most:
            body.append("<tr>" + "".join(f"<td>{html.escape(_words(cell))}</td>" for cell in row) + "</tr>")
    more = f"<p>{most} of {count} rows are shown.</p>" if count > most else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>{more}"


def _words(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, m.DirectoryRole):
        return cell.role if cell.scope == "/" else f"{cell.role} at {cell.scope}"
    if isinstance(cell, m.GroupRole):
        return f"{cell.access} of {cell.group}"
    if isinstance(cell, m.AzureRole):
        return f"{cell.role} at {cell.scope}"
    return str(cell)


class Findings(_Kept[Finding]):
    """What is not as it should be, the gravest first."""

    _columns = ("severity", "code", "message", "privilege", "principal")

    def __init__(self, text: str) -> None:
        told = json.loads(text)
        super().__init__((decode(Finding, row) for row in told["findings"]), text)
        self.unjudged = tuple(decode(Unjudged, row) for row in told["unjudged"])
        """What could not wholly be judged, and for want of what."""

    def plot(self, axes: Any = None) -> Any:
        """How many there are of each kind, by severity, as a bar chart on axes of matplotlib; on new ones unless given.

        :raises Unsupported: where matplotlib is not installed.
        """
        from ._shown import stacked

        return stacked(((row.code, row.severity) for row in self), axes)

    def of(self, severity: Severity | str | None = None, code: str | None = None) -> list[Finding]:
        """Those of a severity, of a kind, or both."""
        return [row for row in self if severity in (None, row.severity) and code in (None, row.code)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check of a baseline."""

    check: str
    """Which check, such as `MS.AAD.7.1v1`."""
    verdict: str
    """`pass`, `fail`, or why it can't be told."""
    explanation: str
    """Why, in plain words."""
    offenders: tuple[Any, ...] = ()
    """What stands against it: mappings with ids and a `fact`."""


class Compliance(_Kept[CheckResult]):
    """Whether a tenant meets CISA's SCuBA baseline for privileged access, check by check."""

    _columns = ("check", "verdict", "explanation")

    def __init__(self, text: str) -> None:
        super().__init__((decode(CheckResult, row) for row in json.loads(text)["results"]), text)


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignFault:
    """Something that is wrong with a design for a tenant."""

    path: str
    """Where in the document."""
    message: str
    """What is wrong."""
    warning: bool
    """Whether it can be used all the same."""
    line: int | None = None
    """The line in the file."""
    column: int | None = None
    """The column in the file."""
    candidates: tuple[Any, ...] = ()
    """What may have been meant."""


class Design:
    """What is wanted: the roles table and what surrounds it, as one YAML or JSON text that people edit.

    :raises InvalidInput: with every fault of the text at once, each with line, column and the nearest legal word.
    """

    def __init__(self, text: str, *, form: Literal["yaml", "json"] = "yaml") -> None:
        self.text = text
        """The text itself."""
        self._form = form
        judge("check_design", dumps({"design": self._wire()}), [])

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Design:
        """Reads a file; its ending tells whether it is JSON."""
        return cls(Path(path).read_text(encoding="utf-8"), form="json" if Path(path).suffix == ".json" else "yaml")

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes it to a file."""
        Path(path).write_text(self.text, encoding="utf-8")

    @staticmethod
    def schema() -> Any:
        """The JSON Schema of the format, for editors."""
        return json.loads(judge("design_schema", "{}", []))

    def _wire(self) -> dict[str, Any]:
        return {"text": self.text, "json": self._form == "json"}

    def __repr__(self) -> str:
        return f"<Design: {self.text.count(chr(10))} lines>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a plan."""

    id: str
    """What it is known by, the same in each plan that wants the same."""
    wave: int
    """Which wave, counted from zero."""
    change: Any
    """What it changes: a mapping with `grant`, `policy` or `review`."""
    risk: str
    """How much can go wrong: `low`, `medium` or `high`."""
    why: str
    """Why, in plain words."""
    after: tuple[str, ...] = ()
    """The steps that come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Something that is wanted and not planned."""

    id: str
    """What the step would be known by."""
    change: Any
    """What it would change."""
    code: str
    """Why not, in a word that stays."""
    message: str
    """Why not, in plain words."""


class Plan(_Kept[Step]):
    """What has to be done so that a tenant is as wanted: steps in order, explained, within the guards.

    Review it, keep it as a file, and carry it out with :meth:`Client.apply` within seven days.
    """

    _columns = ("wave", "risk", "why")

    def __init__(self, text: str) -> None:
        told = json.loads(text)
        if not isinstance(told, dict) or "steps" not in told:
            raise InvalidInput("this is no plan: it comes from Snapshot.plan, or from a file that Plan.save wrote")
        super().__init__((decode(Step, row) for row in told["steps"]), text)
        self.refused = tuple(decode(Refused, row) for row in told.get("refused", ()))
        """What is wanted and not planned: a guard forbids it, or the service would."""
        self.unread: tuple[str, ...] = tuple(told.get("unread", ()))
        """Sources that were not wholly read: what hangs on them was left as it is."""
        self.waves: tuple[str, ...] = tuple(told["waves"])
        """The names of the waves."""
        self.administrators_before = frozenset(told["administrators"]["before"])
        """Who can administer the tenant before."""
        self.administrators_after = frozenset(told["administrators"]["after"])
        """The same after the last step."""
        guarded = told["guarded"]
        self.safeguards = m.Safeguards(
            break_glass=frozenset(guarded["break_glass"]), min_administrators=guarded["min_administrators"]
        )
        """What a client must protect to carry it out: `client.guarding(plan.safeguards)`."""

    @property
    def steps(self) -> Sequence[Step]:
        """The steps, in order."""
        return self._rows

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self._rows

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes it to a file."""
        Path(path).write_text(self._text, encoding="utf-8")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Plan:
        """Reads a file that :meth:`save` wrote."""
        return cls(Path(path).read_text(encoding="utf-8"))

    def _cells(self, row: Step) -> Sequence[object]:
        return [self.waves[row.wave], row.risk, row.why]

    def _repr_html_(self) -> str:
        head = f"<p>{len(self)} steps, {len(self.refused)} refused.</p>"
        return head + table_html(("wave", "what", "from", "to", "risk", "why"), (self._diff(step) for step in self))

    def _diff(self, step: Step) -> Sequence[object]:
        wave = self.waves[step.wave]
        grant = step.change.get("grant")
        if grant is not None:
            what = f"{grant['level']} of {_words(decode(m.Privilege, grant['privilege']))} for {grant['principal']}"
            gone = grant["action"] == "admin_remove"
            return [wave, what, "held" if gone else "", "" if gone else "given", step.risk, step.why]
        policy = step.change.get("policy")
        if policy is not None:
            rules = policy["rules"]
            old, new = (", ".join(json.dumps(rule.get(side)) for rule in rules) for side in ("from", "to"))
            return [
                wave,
                f"settings of {_words(decode(m.Privilege, policy['privilege']))}",
                old,
                new,
                step.risk,
                step.why,
            ]
        return [wave, "review", "", "scheduled", step.risk, step.why]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """What came of one step."""

    step: str
    """Which step."""
    wave: int
    """Its wave."""
    status: str
    """`done`, `already_done`, `would_do`, `stale`, `failed`, `not_run` or another."""
    why: str
    """Why the step was planned."""
    principal: str | None = None
    """Whose grant it is."""
    privilege: m.Privilege | None = None
    """What it is about."""
    failure: Any = None
    """What went wrong: a mapping with `kind`, `code` and `message`."""


class Outcome(_Kept[OutcomeRow]):
    """What came of a plan, step by step."""

    _columns = ("status", "why", "failure")

    def __init__(self, text: str) -> None:
        told = json.loads(text)
        super().__init__((decode(OutcomeRow, row) for row in told["rows"]), text)
        self.mode: str = told["mode"]
        """`run`, `what_if`, `dry_run` or `undo`."""
        self.stopped: Any = told.get("stopped")
        """Why it ended early, where it did."""

    def counts(self) -> dict[str, int]:
        """How many steps ended how."""
        counts: dict[str, int] = {}
        for row in self:
            counts[row.status] = counts.get(row.status, 0) + 1
        return counts

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do: every step was done, or was so already."""
        return self.stopped is None and all(row.status in ("done", "already_done") for row in self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One test of a deployment and what became of it."""

    test: str
    """`activation`, `approval`, `own_approval`, `mfa`, `deactivation` or `audit`."""
    verdict: str
    """`passed`, `failed` or `not_run`."""
    reason: str | None
    """What was wrong, or why it can't be told and what it takes."""
    evidence: tuple[Any, ...]
    """What was seen, in order of time."""


class Verification(_Kept[Check]):
    """Whether a deployment works, tried out by its own people, with evidence."""

    _columns = ("test", "verdict", "reason")

    def __init__(self, text: str) -> None:
        told = json.loads(text)

        def check(row: Any) -> Check:
            verdict = row["verdict"]
            word, reason = (verdict, None) if isinstance(verdict, str) else next(iter(verdict.items()))
            return Check(test=row["test"], verdict=word, reason=reason, evidence=tuple(row["evidence"]))

        super().__init__((check(row) for row in told["checks"]), text)
        self.left_behind: tuple[Any, ...] = tuple(told.get("left_behind", ()))
        """What was asked for and could not be taken back."""

    @property
    def is_passed(self) -> bool:
        """Whether every test passed; one that was not run did not."""
        return bool(self._rows) and all(check.verdict == "passed" for check in self)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a discovery is."""

    source: str
    """Which source."""
    done: int
    """How many rows were read of it."""
    total: int | None
    """How many there are; known at the end."""
    per_second: float | None
    """Rows in a second, by the service's clock."""
    coverage: str | None
    """What became of it, once it is done."""


class Snapshot:
    """What was read of a tenant, and how much of it. Everything is computed from it: without network, the same each time."""

    def __init__(self, native: NativeTenant) -> None:
        self._native = native
        about = json.loads(native.about())
        self.taken_at: datetime = instant(about["taken_at"])
        """When it was read, by the service's clock."""
        self.tenant: str | None = about["tenant"]
        """Which tenant it is, where known."""
        self.caller: str | None = about["caller"]
        """Who read it."""
        self.backend: str = about["backend"]
        """Through what it was read."""
        self.coverage: dict[str, Any] = dict(about["coverage"])
        """How much was read of each source, and why not more. What could not be read is not empty."""

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Snapshot:
        """Reads a file that :meth:`save` wrote."""
        return cls(NativeTenant.load(os.fspath(path)))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes it to a file that only its owner may read: it holds names of people."""
        self._native.save(os.fspath(path))

    def __repr__(self) -> str:
        return f"<Snapshot of {self.tenant or 'a tenant'} at {self.taken_at.isoformat()}>"

    def _repr_html_(self) -> str:
        rows = ((source, _coverage(reading), reading.get("count")) for source, reading in self.coverage.items())
        return f"<p>{html.escape(repr(self)[1:-1])}</p>" + table_html(("source", "read", "rows"), rows)

    def table(self, name: str) -> Table[Any]:
        """A table: `users`, `groups`, `assignments`, `eligibilities`, `policies` and so on. `polars.DataFrame(…)` and its like take it
        as it is."""
        return Table(self._native.table(name), _TABLES[name])

    def findings(
        self,
        *,
        safeguards: m.Safeguards | None = None,
        several_roles: int | None = None,
        min_global_administrators: int | None = None,
        max_global_administrators: int | None = None,
        stale_after: timedelta | None = None,
    ) -> Findings:
        """What is not as it should be, each finding with evidence and remedy."""
        asked = {
            "safeguards": safeguards,
            "several_roles": several_roles,
            "min_global_administrators": min_global_administrators,
            "max_global_administrators": max_global_administrators,
            "stale_after": stale_after,
        }
        return Findings(self._judge("findings", asked))

    def compliance(self, *, exempt: Iterable[str] = ()) -> Compliance:
        """Whether it meets CISA's SCuBA baseline for privileged access, but for accounts that are exempt."""
        return Compliance(self._judge("compliance", {"exempt": list(exempt)}))

    def propose_design(
        self,
        *,
        break_glass: Iterable[str] = (),
        min_administrators: int | None = None,
        approvers: Iterable[str] = (),
    ) -> Design:
        """A design from what stands: people who hold a role all the time become eligible. Read it before you plan from it."""
        asked = {
            "break_glass": list(break_glass),
            "min_administrators": min_administrators,
            "approvers": list(approvers),
        }
        text: str = json.loads(self._judge("propose_design", asked))
        return Design(text)

    def check(self, design: Design) -> list[DesignFault]:
        """Everything that is wrong with a design for this tenant, warnings too."""
        told = json.loads(self._judge("check_design", {"design": _of(Design, design, "design")._wire()}))
        return [decode(DesignFault, fault) for fault in told]

    def plan(self, design: Design, *, justification: str | None = None, ticket: m.Ticket | str | None = None) -> Plan:
        """Plans what has to be done so that the tenant is as wanted. Nothing is changed.

        :raises InvalidInput: with every fault of the design for this tenant, each with its place and what may have been meant.
        """
        reference = m.Ticket(number=ticket) if isinstance(ticket, str) else ticket
        asked = {"design": _of(Design, design, "design")._wire(), "justification": justification, "ticket": reference}
        return Plan(self._judge("plan", asked))

    def diff(self, later: Snapshot) -> Any:
        """What came and went until a later snapshot: a mapping of lists."""
        return json.loads(judge("diff", "{}", [self._native, _of(Snapshot, later, "later")._native]))

    def holders(self, privilege: m.Privilege) -> Any:
        """Who can become this, with what effort: a mapping with `holders` and `opaque`, groups whose members are unknown."""
        return json.loads(self._judge("holders", {"privilege": privilege}))

    def paths(self, *, principal: str | None = None, privilege: m.Privilege | None = None) -> Any:
        """By which ways somebody can become something: of one principal, to one privilege, or both."""
        return json.loads(self._judge("paths", {"principal": principal, "privilege": privilege}))

    def messages(
        self, plan: Plan, *, organisation: str | None = None, contact: str | None = None
    ) -> list[dict[str, Any]]:
        """One message for each person whom a plan concerns: mappings with `to`, `address`, `subject`, `text` and `html`."""
        asked = f'{{"plan":{_of(Plan, plan, "plan").to_json()},"organisation":{dumps(organisation)},"contact":{dumps(contact)}}}'
        told: list[dict[str, Any]] = json.loads(judge("messages", asked, [self._native]))["messages"]
        return told

    def report(
        self,
        format: ReportFormat = "html",
        *,
        title: str | None = None,
        findings: Findings | None = None,
        compliance: bool = False,
        design: Design | None = None,
        plan: Plan | None = None,
        outcome: Outcome | None = None,
        verification: Verification | None = None,
        before: Snapshot | None = None,
        rows: int | None = None,
    ) -> str:
        """A report for people who have never seen PIM: what is given is told of. HTML is one page that needs no network."""
        parts = _parts(findings, plan, outcome, verification)
        asked: dict[str, Any] = {"format": format, "title": title, "compliance": compliance, "rows": rows}
        if design is not None:
            asked["design"] = _of(Design, design, "design")._wire()
        return self._report(asked, parts, before)

    def csv(
        self,
        table: str,
        *,
        findings: Findings | None = None,
        plan: Plan | None = None,
        outcome: Outcome | None = None,
        verification: Verification | None = None,
        before: Snapshot | None = None,
    ) -> str:
        """One table of the report with all rows: `permanent`, `findings`, `plan` and so on."""
        return self._report({"format": "csv", "table": table}, _parts(findings, plan, outcome, verification), before)

    def _report(self, asked: Mapping[str, Any], parts: Mapping[str, str], before: Snapshot | None) -> str:
        # What came as JSON goes back as it came.
        text = dumps(asked)[:-1] + "".join(f',"{name}":{part}' for name, part in parts.items()) + "}"
        told: str = json.loads(
            judge("report", text, [_of(Snapshot, one, "before")._native for one in (self, before) if one is not None])
        )
        return told

    def _judge(self, verb: str, asked: Mapping[str, Any]) -> str:
        return judge(verb, dumps(asked), [self._native])


def _parts(
    findings: Findings | None, plan: Plan | None, outcome: Outcome | None, verification: Verification | None
) -> dict[str, str]:
    parts = {"findings": findings, "plan": plan, "outcome": outcome, "verification": verification}
    given = {name: part for name, part in parts.items() if part is not None}
    return {name: _of(_Kept, part, name).to_json() for name, part in given.items()}


def _of(kind: type[T], value: T, name: str) -> T:
    """A value that is of its kind: what is not typed comes as anything."""
    if not isinstance(value, kind):
        raise InvalidInput(f"{name}: a {kind.__name__.lstrip('_').lower()} is needed, not {type(value).__name__}")
    return value


def _coverage(reading: Mapping[str, Any]) -> str:
    coverage = reading.get("coverage")
    return coverage if isinstance(coverage, str) else ", ".join(coverage or ())


_TABLES: dict[str, type] = {
    "roles": m.RoleDefinition,
    "eligibilities": m.Eligibility,
    "assignments": m.Assignment,
    "policies": m.Policy,
    "users": m.User,
    "groups": m.Group,
    "memberships": m.Membership,
    "service_principals": m.ServicePrincipal,
    "units": m.AdministrativeUnit,
    "skus": m.Sku,
    "conditional_access": m.ConditionalAccessPolicy,
    "contexts": m.AuthenticationContext,
    "locations": m.NamedLocation,
    "reviews": m.AccessReview,
    "rounds": m.ReviewRound,
    "alerts": m.Alert,
    "incidents": m.AlertIncident,
}


def import_easypim(text: str, *, file: str | None = None, exclusive: bool = False) -> tuple[Design, list[str]]:
    """A configuration of EasyPIM's orchestrator as a design, with a notice for each oddity.

    :param file: what the file is called in messages.
    :param exclusive: whether whoever holds an imported privilege without being named for it loses it.
    """
    told = json.loads(judge("import_easypim", dumps({"text": text, "file": file, "exclusive": exclusive}), []))
    return Design(told["design"]), told["notices"]


def least_role_for(what: str) -> list[dict[str, Any]]:
    """Which roles suffice for a task (`reset password of non-admins`) or an action
    (`microsoft.directory/users/password/update`), the least privileged first; empty where none is known to."""
    told: list[dict[str, Any]] = json.loads(judge("least_role_for", dumps({"what": what}), []))
    return told


def generate_key() -> tuple[str, str]:
    """A new key with which somebody approves plans: the secret, which they keep, and the public part; both as PEM."""
    told = json.loads(judge("generate_key", "{}", []))
    return told["secret"], told["public"]


def sign_plan(plan: Plan, secret: str, *, approver: str, now: datetime, valid: timedelta = timedelta(days=2)) -> str:
    """Somebody's approval of a plan, as JSON for :class:`ApprovalDemand`."""
    rest = {"secret": secret, "approver": approver, "now": now, "valid": valid}
    return judge("sign", dumps(rest)[:-1] + f',"plan":{_of(Plan, plan, "plan").to_json()}}}', [])


@dataclass(frozen=True, kw_only=True)
class ApprovalDemand:
    """Whose approval a plan takes to be carried out."""

    keys: Mapping[str, str]
    """Public keys by approver, from a place that the one who applies can't write to."""
    at_least: int = 1
    """How many different people must approve. Whoever applies does not count."""
    approvals: Sequence[str] = ()
    """The approvals that were given, as :func:`sign_plan` writes them."""

    def _wire(self) -> Any:
        approvals = [json.loads(approval) for approval in self.approvals]
        return {"keys": encode(self.keys), "at_least": self.at_least, "approvals": approvals}
