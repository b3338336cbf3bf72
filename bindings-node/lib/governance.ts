/** A tenant read once, judged offline, and what is wanted of it. */
import { readFile, writeFile } from 'node:fs/promises';
import { invalid, told } from './errors';
import type * as m from './models';
import { type NativeTenant, native } from './native';
import { type CallOptions, under } from './session';
import { dumped, revived } from './values';

/** How grave a finding is, by the tier of what it is about. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** A fact that proves a finding. */
export interface Evidence {
  /** Where it was read. */
  readonly source: string;
  /** The id of what it is about. */
  readonly id: string;
  /** What was seen. */
  readonly fact: string;
  /** When it was so. */
  readonly at?: Date;
}

/** Something that is not as it should be. */
export interface Finding {
  /** What kind, in a word that stays: `standing-access`, `no-mfa`, `break-glass` and so on. */
  readonly code: string;
  /** How grave. */
  readonly severity: Severity | (string & {});
  /** What is wrong, in plain words. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Whom it is about. */
  readonly principal?: string | null;
  /** What it is about. */
  readonly privilege?: m.Privilege | null;
  /** What proves it. */
  readonly evidence: readonly Evidence[];
}

/** What findings are weighed by. */
export interface FindingOptions {
  /** What must be protected. */
  readonly safeguards?: m.Safeguards;
  /** From how many roles on one person has several. */
  readonly severalRoles?: number;
  readonly minGlobalAdministrators?: number;
  readonly maxGlobalAdministrators?: number;
  /** After how long without use a grant is unused. */
  readonly staleAfter?: m.Period;
}

/** What came as the SDK's own JSON, and goes into files and back as it came. */
abstract class Kept<Row> implements Iterable<Row> {
  readonly #text: string;
  readonly #rows: readonly Row[];

  /** @internal */
  constructor(text: string, rows: readonly Row[]) {
    this.#text = text;
    this.#rows = rows;
  }

  /** How many rows there are. */
  get length(): number {
    return this.#rows.length;
  }

  /** The row at a place, from the end where that is negative. */
  at(place: number): Row | undefined {
    return this.#rows.at(place);
  }

  /** The rows. */
  [Symbol.iterator](): IterableIterator<Row> {
    return this.#rows[Symbol.iterator]();
  }

  /** The rows as an array of one's own. */
  toArray(): Row[] {
    return [...this.#rows];
  }

  /** As the SDK's own JSON, the same in every language. */
  toText(): string {
    return this.#text;
  }
}

function seen<T>(text: string): T {
  return revived<T>(JSON.parse(native.camel(text)));
}

/** What is not as it should be, the gravest first. */
export class Findings extends Kept<Finding> {
  /** What could not wholly be judged, and for want of which sources. */
  readonly unjudged: ReadonlyArray<{ readonly code: string; readonly missing: readonly string[] }>;

  /** @internal */
  constructor(text: string) {
    const findings = seen<{ findings: Finding[]; unjudged: Findings['unjudged'] }>(text);
    super(text, findings.findings);
    this.unjudged = findings.unjudged;
  }

  /** Those of a severity, of a kind, or both. */
  of(wanted: { readonly severity?: Severity; readonly code?: string }): Finding[] {
    const fits = (row: Finding) =>
      (wanted.severity === undefined || wanted.severity === row.severity) && (wanted.code === undefined || wanted.code === row.code);
    return this.toArray().filter(fits);
  }
}

/** One check of a baseline. */
export interface CheckResult {
  /** Which check, such as `MS.AAD.7.1v1`. */
  readonly check: string;
  /** `pass`, `fail`, or why it can't be told. */
  readonly verdict: 'pass' | 'fail' | (string & {});
  /** Why, in plain words. */
  readonly explanation: string;
  /** What stands against it. */
  readonly offenders: readonly unknown[];
}

/** Whether a tenant meets CISA's SCuBA baseline for privileged access, check by check. */
export class Compliance extends Kept<CheckResult> {
  /** @internal */
  constructor(text: string) {
    super(text, seen<{ results: CheckResult[] }>(text).results);
  }
}

/** Something that is wrong with a design for a tenant. */
export interface DesignFault {
  /** Where in the document. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** Whether it can be used all the same. */
  readonly warning: boolean;
  /** The line in the file. */
  readonly line: number | null;
  /** The column in the file. */
  readonly column: number | null;
  /** What may have been meant. */
  readonly candidates: readonly unknown[];
}

/** What is wanted: the roles table and what surrounds it, as one YAML or JSON text that people edit. */
export class Design {
  /** The text itself. */
  readonly text: string;
  readonly #json: boolean;

  /** Throws `invalid_input` with every fault of the text at once, each with line, column and the nearest legal word. */
  constructor(text: string, form: 'yaml' | 'json' = 'yaml') {
    if (typeof text !== 'string') throw invalid('a design is a text: that of a YAML or JSON file');
    this.text = text;
    this.#json = form === 'json';
    told(() => native.judgeNow('check_design', dumped({ design: this.sent() })));
  }

  /** Reads a file; its ending tells whether it is JSON. */
  static async read(path: string): Promise<Design> {
    return new Design(await readFile(path, 'utf8'), path.endsWith('.json') ? 'json' : 'yaml');
  }

  /** Writes it to a file. */
  async save(path: string): Promise<void> {
    await writeFile(path, this.text);
  }

  /** The JSON Schema of the format, for editors. */
  static schema(): unknown {
    return JSON.parse(told(() => native.judgeNow('design_schema', '{}')));
  }

  /** @internal */
  sent(): object {
    return { text: this.text, json: this.#json };
  }
}

/** One step of a plan. */
export interface Step {
  /** What it is known by, the same in each plan that wants the same. */
  readonly id: string;
  /** Which wave, counted from zero. */
  readonly wave: number;
  /** What it changes: `grant`, `policy` or `review`. */
  readonly change: { readonly grant?: unknown; readonly policy?: unknown; readonly review?: unknown };
  /** How much can go wrong. */
  readonly risk: 'low' | 'medium' | 'high' | (string & {});
  /** Why, in plain words. */
  readonly why: string;
  /** The steps that come first. */
  readonly after: readonly string[];
}

/** Something that is wanted and not planned. */
export interface Refused {
  /** What the step would be known by. */
  readonly id: string;
  /** What it would change. */
  readonly change: unknown;
  /** Why not, in a word that stays. */
  readonly code: string;
  /** Why not, in plain words. */
  readonly message: string;
}

interface PlanText {
  readonly steps: Step[];
  readonly waves: string[];
  readonly refused?: Refused[];
  readonly unread?: string[];
  readonly administrators: { readonly before: string[]; readonly after: string[] };
  readonly guarded: { readonly breakGlass: string[]; readonly minAdministrators: number };
}

/**
 * What has to be done so that a tenant is as wanted: steps in order, explained, within the guards.
 *
 * Review it, keep it as a file, and carry it out with {@link Client.applyPlan} within seven days.
 */
export class Plan extends Kept<Step> {
  /** What is wanted and not planned: a guard forbids it, or the service would. */
  readonly refused: readonly Refused[];
  /** Sources that were not wholly read: what hangs on them was left as it is. */
  readonly unread: readonly string[];
  /** The names of the waves. */
  readonly waves: readonly string[];
  /** Who can administer the tenant before, and after the last step. */
  readonly administrators: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** What a client must protect to carry it out: `client.guarding(plan.safeguards)`. */
  readonly safeguards: m.Safeguards;

  /** A plan from the text that {@link toText} gave. */
  constructor(text: string) {
    let plan: PlanText | undefined;
    try {
      plan = seen<PlanText>(text);
    } catch {
      // Told below.
    }
    if (!Array.isArray(plan?.steps) || plan.guarded === undefined) {
      throw invalid('this is no plan: it comes from Snapshot.plan, or from a file that Plan.save wrote');
    }
    super(text, plan.steps);
    this.refused = plan.refused ?? [];
    this.unread = plan.unread ?? [];
    this.waves = plan.waves;
    this.administrators = plan.administrators;
    this.safeguards = { breakGlass: plan.guarded.breakGlass, minAdministrators: plan.guarded.minAdministrators };
  }

  /** Whether there is nothing to do. */
  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** Writes it to a file. */
  async save(path: string): Promise<void> {
    await writeFile(path, this.toText());
  }

  /** Reads a file that {@link save} wrote. */
  static async load(path: string): Promise<Plan> {
    return new Plan(await readFile(path, 'utf8'));
  }
}

/** What came of one step. */
export interface OutcomeRow {
  /** Which step. */
  readonly step: string;
  /** Its wave. */
  readonly wave: number;
  readonly status: 'done' | 'already_done' | 'would_do' | 'stale' | 'failed' | 'not_run' | (string & {});
  /** Why the step was planned. */
  readonly why: string;
  /** Whose grant it is. */
  readonly principal?: string | null;
  /** What it is about. */
  readonly privilege?: m.Privilege | null;
  /** What went wrong. */
  readonly failure?: { readonly kind: string; readonly code?: string | null; readonly message: string } | null;
}

/** What came of a plan, step by step. */
export class Outcome extends Kept<OutcomeRow> {
  readonly mode: 'run' | 'what_if' | 'dry_run' | 'undo' | (string & {});
  /** Why it ended early, where it did. */
  readonly stopped: unknown;

  /** @internal */
  constructor(text: string) {
    const outcome = seen<{ rows: OutcomeRow[]; mode: string; stopped?: unknown }>(text);
    super(text, outcome.rows);
    this.mode = outcome.mode;
    this.stopped = outcome.stopped ?? undefined;
  }

  /** How many steps ended how. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { status } of this) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  /** Whether nothing is left to do: every step was done, or was so already. */
  get isComplete(): boolean {
    return this.stopped === undefined && this.toArray().every(({ status }) => status === 'done' || status === 'already_done');
  }
}

/** One test of a deployment and what became of it. */
export interface Check {
  readonly test: 'activation' | 'approval' | 'own_approval' | 'mfa' | 'deactivation' | 'audit' | (string & {});
  readonly verdict: 'passed' | 'failed' | 'not_run' | (string & {});
  /** What was wrong, or why it can't be told and what it takes. */
  readonly reason: string | undefined;
  /** What was seen, in order of time. */
  readonly evidence: readonly unknown[];
}

/** Whether a deployment works, tried out by its own people, with evidence. */
export class Verification extends Kept<Check> {
  /** What was asked for and could not be taken back. */
  readonly leftBehind: readonly unknown[];

  /** @internal */
  constructor(text: string) {
    type Verdict = string | Record<string, string>;
    interface Told {
      checks: Array<{ test: string; verdict: Verdict; evidence: unknown[] }>;
      leftBehind?: unknown[];
    }
    const { checks, leftBehind } = seen<Told>(text);
    // The word is a key where there is a reason, and keys are in camel case; as a value it is as everywhere.
    const words = (JSON.parse(text) as Told).checks.map(({ verdict }) => (typeof verdict === 'string' ? [verdict] : (Object.entries(verdict)[0] ?? [])));
    super(text, checks.map(({ test, evidence }, at) => ({ test, verdict: words[at]?.[0] ?? '', reason: words[at]?.[1], evidence })));
    this.leftBehind = leftBehind ?? [];
  }

  /** Whether every test passed; one that was not run did not. */
  get isPassed(): boolean {
    return this.length > 0 && this.toArray().every(({ verdict }) => verdict === 'passed');
  }
}

/** How far a discovery is. */
export interface Progress {
  /** Which source. */
  readonly source: string;
  /** How many rows were read of it. */
  readonly done: number;
  /** How many there are; known at the end. */
  readonly total: number | null;
  /** Rows in a second, by the service's clock. */
  readonly perSecond: number | null;
  /** What became of it, once it is done. */
  readonly coverage: string | null;
}

/** How much was read of a source. */
export interface Reading {
  /** `read`, or why not all of it. */
  readonly coverage: unknown;
  readonly [more: string]: unknown;
}

/** The tables of a snapshot. */
export interface Tables {
  roles: m.RoleDefinition;
  eligibilities: m.Eligibility;
  assignments: m.Assignment;
  policies: m.Policy;
  users: m.User;
  groups: m.Group;
  memberships: m.Membership;
  service_principals: m.ServicePrincipal;
  units: m.AdministrativeUnit;
  skus: m.Sku;
  conditional_access: m.ConditionalAccessPolicy;
  contexts: m.AuthenticationContext;
  locations: m.NamedLocation;
  reviews: m.AccessReview;
  rounds: m.ReviewRound;
  alerts: m.Alert;
  incidents: m.AlertIncident;
}

/** A message to somebody whom a plan concerns. */
export interface Message {
  readonly id: string;
  /** Whom it is for, by id. */
  readonly to: string;
  readonly name: string;
  readonly address: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
}

/** What a report tells of, besides the snapshot. */
export interface ReportParts {
  readonly findings?: Findings;
  readonly plan?: Plan;
  readonly outcome?: Outcome;
  readonly verification?: Verification;
  /** An earlier snapshot, to compare with. */
  readonly before?: Snapshot;
}

/** How a report is written. */
export interface ReportOptions extends ReportParts {
  /** A page that needs no network (unless said), Markdown, or all rows as JSON. */
  readonly format?: 'html' | 'markdown' | 'json';
  readonly title?: string;
  /** Whether the baseline is told of. */
  readonly compliance?: boolean;
  readonly design?: Design;
  /** The most rows of a table on a page. */
  readonly rows?: number;
}

/** What was read of a tenant, and how much of it. Everything is computed from it: without network, the same each time. */
export class Snapshot {
  readonly #native: NativeTenant;
  /** When it was read, by the service's clock. */
  readonly takenAt: Date;
  /** Which tenant it is, where known. */
  readonly tenant: string | null;
  /** Who read it. */
  readonly caller: string | null;
  /** Through what it was read. */
  readonly backend: string;
  /** How much was read of each source, and why not more. What could not be read is not empty. */
  readonly coverage: Readonly<Record<string, Reading>>;

  /** @internal */
  constructor(tenant: NativeTenant) {
    this.#native = tenant;
    interface About {
      takenAt: string;
      tenant: string | null;
      caller: string | null;
      backend: string;
      coverage: Array<[string, Reading]>;
    }
    const about = JSON.parse(tenant.about()) as About;
    this.takenAt = new Date(about.takenAt);
    this.tenant = about.tenant;
    this.caller = about.caller;
    this.backend = about.backend;
    this.coverage = Object.fromEntries(about.coverage);
  }

  /** Reads a file that {@link save} wrote. */
  static async load(path: string, options?: CallOptions): Promise<Snapshot> {
    return new Snapshot(await under(options?.signal, (cancel) => native.NativeTenant.load(path, cancel)));
  }

  /** Writes it to a file that only its owner may read: it holds names of people. */
  save(path: string, options?: CallOptions): Promise<void> {
    return under(options?.signal, (cancel) => this.#native.save(path, cancel));
  }

  /** The rows of a table. */
  async table<Name extends keyof Tables>(name: Name, options?: CallOptions): Promise<Array<Tables[Name]>> {
    return revived(JSON.parse(await under(options?.signal, (cancel) => this.#native.table(name, cancel))));
  }

  /** What is not as it should be, each finding with evidence and remedy. */
  async findings(weighed: FindingOptions = {}, options?: CallOptions): Promise<Findings> {
    return new Findings(await this.#judge('findings', weighed, options));
  }

  /** Whether it meets CISA's SCuBA baseline for privileged access, but for accounts that are exempt. */
  async compliance(asked: { readonly exempt?: readonly string[] } = {}, options?: CallOptions): Promise<Compliance> {
    return new Compliance(await this.#judge('compliance', asked, options));
  }

  /** A design from what stands: people who hold a role all the time become eligible. Read it before you plan from it. */
  async proposeDesign(
    asked: { readonly breakGlass?: readonly string[]; readonly minAdministrators?: number; readonly approvers?: readonly string[] } = {},
    options?: CallOptions,
  ): Promise<Design> {
    return new Design(JSON.parse(await this.#judge('propose_design', asked, options)) as string);
  }

  /** Everything that is wrong with a design for this tenant, warnings too. */
  async check(design: Design, options?: CallOptions): Promise<DesignFault[]> {
    return seen(await this.#judge('check_design', { design: of(Design, design, 'design').sent() }, options));
  }

  /**
   * Plans what has to be done so that the tenant is as wanted. Nothing is changed. Rejects with `invalid_input` and every fault of the
   * design for this tenant, each with its place and what may have been meant.
   */
  async plan(design: Design, why: { readonly justification?: string; readonly ticket?: m.Ticket } = {}, options?: CallOptions): Promise<Plan> {
    return new Plan(await this.#judge('plan', { design: of(Design, design, 'design').sent(), ...why }, options));
  }

  /** What came and went until a later snapshot. */
  async diff(later: Snapshot, options?: CallOptions): Promise<Record<string, unknown>> {
    return seen(await under(options?.signal, (cancel) => native.judge('diff', '{}', [this.#native, of(Snapshot, later, 'later').#native], cancel)));
  }

  /** Who can become this, with what effort; and groups through which more may come, as their members are unknown. */
  async holders(privilege: m.Privilege, options?: CallOptions): Promise<{ holders: Array<{ principal: string }>; opaque: string[] }> {
    return seen(await this.#judge('holders', { privilege }, options));
  }

  /** By which ways somebody can become something: of one principal, to one privilege, or both. */
  async paths(
    between: { readonly principal?: string; readonly privilege?: m.Privilege },
    options?: CallOptions,
  ): Promise<Array<Record<string, unknown>>> {
    return seen(await this.#judge('paths', between, options));
  }

  /** One message for each person whom a plan concerns. */
  async messages(
    plan: Plan,
    from: { readonly organisation?: string; readonly contact?: string } = {},
    options?: CallOptions,
  ): Promise<Message[]> {
    const asked = joined(from, { plan: textOf(Plan, plan, 'plan') });
    return seen<{ messages: Message[] }>(await under(options?.signal, (cancel) => native.judge('messages', asked, [this.#native], cancel))).messages;
  }

  /** A report for people who have never seen PIM: what is given is told of. */
  async report(asked: ReportOptions = {}, options?: CallOptions): Promise<string> {
    const { format = 'html', title, compliance, design, rows, ...parts } = asked;
    return this.#report({ format, title, compliance, design: design === undefined ? undefined : of(Design, design, 'design').sent(), rows }, parts, options);
  }

  /** One table of the report with all rows, as CSV: `permanent`, `findings`, `plan` and so on. */
  csv(table: string, parts: ReportParts = {}, options?: CallOptions): Promise<string> {
    return this.#report({ format: 'csv', table }, parts, options);
  }

  async #report(asked: object, parts: ReportParts, options: CallOptions | undefined): Promise<string> {
    const { before, ...texts } = parts;
    const kept = Object.entries(texts).map(([name, part]): [string, string | undefined] => [name, part === undefined ? undefined : of<Kept<unknown>>(Kept, part as Kept<unknown>, name).toText()]);
    const text = joined(asked, Object.fromEntries(kept));
    const tenants = before === undefined ? [this.#native] : [this.#native, of(Snapshot, before, 'before').#native];
    return JSON.parse(await under(options?.signal, (cancel) => native.judge('report', text, tenants, cancel))) as string;
  }

  #judge(verb: string, asked: object, options: CallOptions | undefined): Promise<string> {
    const text = dumped(asked);
    return under(options?.signal, (cancel) => native.judge(verb, text, [this.#native], cancel));
  }
}

/** @internal The text of a value that is of its class: what is not typed comes as anything. */
export function textOf<T extends { toText(): string }>(kind: new (text: string) => T, value: T, name: string): string {
  return of(kind, value, name).toText();
}

function of<T>(kind: abstract new (...args: never[]) => T, value: T, name: string): T {
  if (!(value instanceof kind)) throw invalid(`${name}: a ${kind.name} is needed, not ${value === null ? 'null' : typeof value}`);
  return value;
}

/** @internal Arguments with texts in them that go as they came. */
export function joined(asked: object, kept: Readonly<Record<string, string | undefined>>): string {
  const fields = Object.entries(kept).flatMap(([name, text]) => (text === undefined ? [] : [`${JSON.stringify(name)}:${text}`]));
  const rest = dumped(asked).slice(1, -1);
  return `{${[...(rest === '' ? [] : [rest]), ...fields].join(',')}}`;
}

/** A configuration of EasyPIM's orchestrator as a design, with a notice for each oddity. */
export function importEasypim(
  text: string,
  options: { readonly file?: string; readonly exclusive?: boolean } = {},
): { readonly design: Design; readonly notices: readonly string[] } {
  const read = told(() => native.judgeNow('import_easypim', dumped({ text, ...options })));
  const { design, notices } = JSON.parse(read) as { design: string; notices: string[] };
  return { design: new Design(design), notices };
}

/**
 * Which roles suffice for a task (`reset password of non-admins`) or an action (`microsoft.directory/users/password/update`), the least
 * privileged first; empty where none is known to.
 */
export function leastRoleFor(what: string): Array<Record<string, unknown>> {
  return seen(told(() => native.judgeNow('least_role_for', dumped({ what }))));
}

/** A new key with which somebody approves plans: the secret, which they keep, and the public part; both as PEM. */
export function generateKey(): { readonly secret: string; readonly public: string } {
  return JSON.parse(told(() => native.judgeNow('generate_key', '{}'))) as { secret: string; public: string };
}

/** Somebody's approval of a plan, as text for {@link ApprovalDemand}; valid for two days unless said. */
export function signPlan(
  plan: Plan,
  by: { readonly secret: string; readonly approver: string; readonly now: Date; readonly valid?: m.Period },
): string {
  return told(() => native.judgeNow('sign', joined({ valid: 'P2D', ...by }, { plan: textOf(Plan, plan, 'plan') })));
}

/** Whose approval a plan takes to be carried out. */
export interface ApprovalDemand {
  /** Public keys by approver, from a place that the one who applies can't write to. */
  readonly keys: Readonly<Record<string, string>>;
  /** How many different people must approve; one unless said. Whoever applies does not count. */
  readonly atLeast?: number;
  /** The approvals that were given, as {@link signPlan} writes them. */
  readonly approvals?: readonly string[];
}

/** What a run tells of while it goes on. */
export type RunProgress =
  | { readonly wave: number; readonly name: string; readonly steps: number }
  | { readonly started: unknown }
  | { readonly ended: unknown; readonly done: number; readonly total: number }
  | { readonly beforeWave: number };

/** How a plan is carried out. */
export interface RunOptions extends CallOptions {
  /** How many steps at once; eight unless said. */
  readonly concurrency?: number;
  /** Only the waves up to this one, counted from zero. */
  readonly upToWave?: number;
  /** How long to look for the effect of a step. */
  readonly settle?: m.Period;
  /** Whose approval is demanded. */
  readonly approval?: ApprovalDemand;
  /** Told of each wave and step; where it answers `false`, nothing more is begun. What it throws ends the run and is thrown. */
  readonly onProgress?: (fact: RunProgress) => boolean | void;
}

/** @internal */
export function runOptions(options: RunOptions): string {
  const { concurrency, upToWave, settle, approval } = options;
  const plain = { concurrency, upToWave, settle };
  if (approval === undefined) return dumped(plain);
  const { keys, atLeast, approvals = [] } = approval;
  const demand = joined({ atLeast }, { keys: JSON.stringify(keys), approvals: `[${approvals.join(',')}]` });
  return joined(plain, { approval: demand });
}

/** @internal A listener under the rule that what it throws is kept until the end. */
export class Listener<Fact> {
  #thrown: { readonly error: unknown } | undefined;
  readonly tell: ((fact: string) => boolean) | null;

  constructor(listen: ((fact: Fact) => unknown) | undefined) {
    if (listen !== undefined && typeof listen !== 'function') throw invalid('onProgress: a function');
    this.tell = listen === undefined ? null : (fact) => this.#told(listen, fact);
  }

  #told(listen: (fact: Fact) => unknown, fact: string): boolean {
    if (this.#thrown !== undefined) return false;
    try {
      return listen(revived<Fact>(JSON.parse(fact))) !== false;
    } catch (error) {
      this.#thrown = { error };
      return false;
    }
  }

  /** The outcome, unless something was thrown. */
  outcome<T>(value: T): T {
    if (this.#thrown !== undefined) throw this.#thrown.error;
    return value;
  }
}
