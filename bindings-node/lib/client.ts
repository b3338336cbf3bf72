import type { AlertKind, View } from './enums';
import { type Envelope, PimError, fromEnvelope, invalid, told } from './errors';
import { Listener, Outcome, Plan, type Progress, type RunOptions, type RunProgress, Snapshot, Verification, joined, runOptions, textOf } from './governance';
import type * as m from './models';
import { type NativeSession, native } from './native';
import { type CallOptions, type ListOptions, type PimList, Session, under } from './session';
import { dumped } from './values';

/** What can be waited for: access is there, it is decided, it is over. */
export type Condition = 'active' | 'decided' | 'ended';

/** The name or id of an Entra role for the whole tenant, or a privilege as an object. */
export type PrivilegeLike = m.Privilege | string;

/** An Entra role, for the tenant unless a scope is said. */
export function role(id: string, scope = '/'): m.DirectoryRole {
  return { type: 'directory_role', role: id, scope };
}

/** Membership or ownership of a group under PIM. */
export function group(id: string, access: m.GroupRole['access'] = 'member'): m.GroupRole {
  return { type: 'group', group: id, access };
}

/** A role on Azure resources. */
export function azureRole(id: string, scope: string): m.AzureRole {
  return { type: 'azure_role', role: id, scope };
}

/** How to find a request again. */
export function keyOf(request: m.Request): m.RequestKey {
  return { id: request.id, level: request.asked.level, privilege: request.asked.privilege };
}

/**
 * One caller's access to a PIM service.
 *
 * The caller is whoever signed in; no method takes one. Where a privilege is asked for, the name or id of an Entra role will do, and
 * where a principal is, a name or id too. Every method rejects with a {@link PimError}:
 *
 * - `unsupported`, before anything is sent, where backend or credential can't do it;
 * - `permission_denied` with a code `Guard.…`, before anything is changed, where an administrative change would reach a break-glass
 *   account or leave the tenant without administrators or approvers;
 * - whatever the service reports, with the operation named.
 */
export class Client {
  readonly #session: Session;

  /** @internal */
  constructor(session: NativeSession) {
    this.#session = new Session(session);
  }

  /** Lets go of the service. What is asked of a closed client is refused. */
  close(): void {
    this.#session.close();
  }

  async #privilege(what: PrivilegeLike, options: CallOptions | undefined): Promise<m.Privilege> {
    if (typeof what === 'string') return role((await this.roleNamed(what, options)).id);
    if (what === null || typeof what !== 'object') {
      throw invalid('privilege: what role(), group() or azureRole() gives, or the name or id of an Entra role');
    }
    return what;
  }

  async #placed<T extends { readonly privilege: PrivilegeLike; readonly principal?: string }>(
    ask: T,
    options: CallOptions | undefined,
  ): Promise<T & { readonly privilege: m.Privilege }> {
    if (ask === null || typeof ask !== 'object') throw invalid('expected an object that says what is asked');
    const privilege = await this.#privilege(ask.privilege, options);
    if (ask.principal === undefined) return { ...ask, privilege };
    return { ...ask, privilege, principal: await this.principalNamed(ask.principal, options) };
  }

  /** What the backend is, and whom it acts for. */
  info(options?: CallOptions): Promise<m.BackendInfo> {
    return this.#session.call('info', {}, options);
  }

  /** What works through this client. */
  capabilities(options?: CallOptions): Promise<m.Capabilities> {
    return this.#session.call('capabilities', {}, options);
  }

  /** What this client protects. */
  safeguards(options?: CallOptions): Promise<m.Safeguards> {
    return this.#session.call('safeguards', {}, options);
  }

  /** The service's time: what "now" means for all that is read through this client. */
  async clock(options?: CallOptions): Promise<Date> {
    return (await this.#session.call<{ now: Date }>('clock', {}, options)).now;
  }

  /**
   * What the token, the tenant's licences and the cloud do not allow, before anything is done; of Microsoft Graph only, `unsupported`
   * on other backends.
   */
  preflight(options?: CallOptions): Promise<Preflight> {
    return this.#session.preflight(options);
  }

  /** The Entra role with this name or id. `not_found` names roles that are alike. */
  roleNamed(name: string, options?: CallOptions): Promise<m.RoleDefinition> {
    return this.#session.call('role_named', { name }, options);
  }

  /**
   * The id of the person, group or application with this sign-in name, name or id. An id is taken as it is; else the directory is
   * read until everybody was seen: look ids up once, and keep them.
   */
  principalNamed(name: string, options?: CallOptions): Promise<string> {
    return this.#session.call('principal_named', { name }, options);
  }

  /** The roles there are, of one surface or of all. */
  roles(query: m.RoleQuery = {}, options?: ListOptions): PimList<m.RoleDefinition> {
    return this.#session.list('roles', { query }, options);
  }

  /** Who may activate what: in force now, or with `when: 'now_or_later'` as schedules. */
  eligibilities(query: m.EligibilityQuery = {}, options?: ListOptions): PimList<m.Eligibility> {
    return this.#session.list('eligibilities', { query }, options);
  }

  /** Who holds what, standing or activated. */
  assignments(query: m.AssignmentQuery = {}, options?: ListOptions): PimList<m.Assignment> {
    return this.#session.list('assignments', { query }, options);
  }

  /** What was asked for, and what became of it. */
  requests(query: m.RequestQuery = {}, options?: ListOptions): PimList<m.Request> {
    return this.#session.list('requests', { query }, options);
  }

  /** The settings of everything, of one surface or of all. */
  policies(query: m.PolicyQuery = {}, options?: ListOptions): PimList<m.Policy> {
    return this.#session.list('policies', { query }, options);
  }

  /** What the caller may activate. */
  myEligibilities(options?: CallOptions): PimList<m.Eligibility> {
    return this.#session.list('my_eligibilities', {}, signalOf(options));
  }

  /** What the caller holds now. */
  myAssignments(options?: CallOptions): PimList<m.Assignment> {
    return this.#session.list('my_assignments', {}, signalOf(options));
  }

  /** The requests that wait for the caller's decision. */
  pendingApprovals(options?: CallOptions): PimList<m.Request> {
    return this.#session.list('pending_approvals', {}, signalOf(options));
  }

  /** Access reviews: everybody's, or those that the caller reviews in (`for_my_decision`). */
  reviews(view: View = 'everyone', options?: ListOptions): PimList<m.AccessReview> {
    return this.#session.list('reviews', { view }, options);
  }

  /** The rounds of a review. */
  rounds(review: string, options?: ListOptions): PimList<m.ReviewRound> {
    return this.#session.list('rounds', { review }, options);
  }

  /** What is to be decided, or was, in a round. */
  items(round: m.RoundKey, options?: ListOptions): PimList<m.ReviewItem> {
    return this.#session.list('items', { round }, options);
  }

  /** People: these, as far as they exist, or all. */
  users(query: m.UserQuery = {}, options?: ListOptions): PimList<m.User> {
    return this.#session.list('users', { query }, options);
  }

  /** Every group. */
  groups(options?: ListOptions): PimList<m.Group> {
    return this.#session.list('groups', {}, options);
  }

  /** Who is in which group: of one, or of all. */
  memberships(query: m.MembershipQuery = {}, options?: ListOptions): PimList<m.Membership> {
    return this.#session.list('memberships', { query }, options);
  }

  /** Applications in the tenant. */
  servicePrincipals(options?: ListOptions): PimList<m.ServicePrincipal> {
    return this.#session.list('service_principals', {}, options);
  }

  /** Administrative units. */
  units(options?: ListOptions): PimList<m.AdministrativeUnit> {
    return this.#session.list('units', {}, options);
  }

  /** The licences that were bought. */
  skus(options?: ListOptions): PimList<m.Sku> {
    return this.#session.list('skus', {}, options);
  }

  /** Audit records written at or after `from` and before `until`. */
  audit(query: m.AuditQuery = {}, options?: ListOptions): PimList<m.AuditRecord> {
    return this.#session.list('audit', { query }, options);
  }

  /** Sign-ins at or after `from` and before `until`. */
  signIns(query: m.SignInQuery = {}, options?: ListOptions): PimList<m.SignIn> {
    return this.#session.list('sign_ins', { query }, options);
  }

  /** Conditional Access policies. */
  conditionalAccess(options?: ListOptions): PimList<m.ConditionalAccessPolicy> {
    return this.#session.list('conditional_access', {}, options);
  }

  /** Authentication contexts. */
  contexts(options?: ListOptions): PimList<m.AuthenticationContext> {
    return this.#session.list('contexts', {}, options);
  }

  /** Named locations. */
  locations(options?: ListOptions): PimList<m.NamedLocation> {
    return this.#session.list('locations', {}, options);
  }

  /** PIM's own alerts. */
  alerts(options?: ListOptions): PimList<m.Alert> {
    return this.#session.list('alerts', {}, options);
  }

  /** What an alert found. */
  incidents(alert: AlertKind, options?: ListOptions): PimList<m.AlertIncident> {
    return this.#session.list('incidents', { alert }, options);
  }

  /** Access packages that carry privileges. */
  packages(options?: ListOptions): PimList<m.AccessPackage> {
    return this.#session.list('packages', {}, options);
  }

  /** Who was given which package. */
  packageAssignments(options?: ListOptions): PimList<m.PackageAssignment> {
    return this.#session.list('package_assignments', {}, options);
  }

  /**
   * Asks to activate an eligibility of the caller's, for as long as the policy allows unless `duration` says otherwise.
   *
   * Rejects with `policy_violation` and every demand that is not met, or `step_up_required` where a stronger sign-in is needed. Wait
   * for the access with `waitFor(keyOf(request), 'active', 'PT5M')`.
   */
  async activate(
    privilege: PrivilegeLike,
    ask: Omit<m.Activate, 'privilege'> = {},
    options?: CallOptions,
  ): Promise<m.Request> {
    return this.#session.call('activate', await this.#placed({ ...ask, privilege }, options), options);
  }

  /** Ends one's own activation early. In its first five minutes the service refuses that. */
  async deactivate(privilege: PrivilegeLike, options?: CallOptions): Promise<m.Request> {
    return this.#session.call('deactivate', { privilege: await this.#privilege(privilege, options) }, options);
  }

  /** Makes someone eligible, or gives someone the privilege itself. */
  async assign(ask: Asked<m.Assign>, options?: CallOptions): Promise<m.Request> {
    return this.#session.call('assign', await this.#placed(ask, options), options);
  }

  /** Changes the window, the reason or the condition of someone's grant. */
  async update(ask: Asked<m.Update>, options?: CallOptions): Promise<m.Request> {
    return this.#session.call('update', await this.#placed(ask, options), options);
  }

  /** Takes a grant away. */
  async revoke(ask: Asked<m.Revoke>, options?: CallOptions): Promise<m.Request> {
    return this.#session.call('revoke', await this.#placed(ask, options), options);
  }

  /** Prolongs a grant that has not ended. Without a principal the caller asks for their own. */
  async extend(ask: Asked<m.Extend>, options?: CallOptions): Promise<m.Request> {
    return this.#session.call('extend', await this.#placed(ask, options), options);
  }

  /** Grants again what has ended. Without a principal the caller asks for their own. */
  async renew(ask: Asked<m.Renew>, options?: CallOptions): Promise<m.Request> {
    return this.#session.call('renew', await this.#placed(ask, options), options);
  }

  /** Asks for exactly this. */
  submit(request: m.NewRequest, options?: CallOptions): Promise<m.Request> {
    return this.#session.call('submit', request, options);
  }

  /**
   * Asks for many, each judged by the guards. Answers in order, with a request or an error for each; nothing is sent twice, whatever
   * goes wrong.
   */
  async submitAll(
    requests: readonly m.NewRequest[],
    bulk: Partial<m.BulkOptions> = {},
    options?: CallOptions,
  ): Promise<Array<m.Request | PimError>> {
    return outcomes(await this.#session.call('submit_all', { requests, options: bulk }, options));
  }

  /** Makes many grants. Answers in order, with a request or an error for each. */
  async assignAll(
    grants: readonly m.Assign[],
    bulk: Partial<m.BulkOptions> = {},
    options?: CallOptions,
  ): Promise<Array<m.Request | PimError>> {
    return outcomes(await this.#session.call('assign_all', { grants, options: bulk }, options));
  }

  /** Who administers the tenant whatever happens to PIM, read as the guards read it. */
  administrators(options?: CallOptions): Promise<m.Administrators> {
    return this.#session.call('administrators', {}, options);
  }

  /** A request as it is now. */
  getRequest(key: m.RequestKey, options?: CallOptions): Promise<m.Request> {
    return this.#session.call('get_request', { key }, options);
  }

  /** Withdraws a request that waits. */
  async cancel(key: m.RequestKey, options?: CallOptions): Promise<void> {
    await this.#session.call('cancel', { key }, options);
  }

  /**
   * Waits until access is there (`active`), it is decided, or it has ended; and not for a word of the service. Rejects with `timeout`
   * when it is not in time (the request stands), with `invalid_transition` when it can't come to be any more.
   */
  waitFor(key: m.RequestKey, condition: Condition, deadline: m.Period, options?: CallOptions): Promise<m.Observed> {
    return this.#session.call('wait_for', { key, condition, deadline }, options);
  }

  /** An approval with its stages. */
  getApproval(key: m.ApprovalKey, options?: CallOptions): Promise<m.Approval> {
    return this.#session.call('get_approval', { key }, options);
  }

  /** Says yes, at the stage that is open. A request that needs approval will do for its key. */
  async approve(approval: m.ApprovalKey | m.Request, justification?: string, options?: CallOptions): Promise<void> {
    await this.#session.call('approve', { key: approvalOf(approval), justification }, options);
  }

  /** Says no, at the stage that is open. A request that needs approval will do for its key. */
  async deny(approval: m.ApprovalKey | m.Request, justification?: string, options?: CallOptions): Promise<void> {
    await this.#session.call('deny', { key: approvalOf(approval), justification }, options);
  }

  /** The settings that govern a privilege. */
  async policy(privilege: PrivilegeLike, options?: CallOptions): Promise<m.Policy> {
    return this.#session.call('policy', { privilege: await this.#privilege(privilege, options) }, options);
  }

  /** Writes these rules, leaves the others alone, and answers with what the service then holds. */
  async updatePolicy(privilege: PrivilegeLike, rules: readonly m.Rule[], options?: CallOptions): Promise<m.Policy> {
    const subject = await this.#privilege(privilege, options);
    return this.#session.call('update_policy', { privilege: subject, rules }, options);
  }

  /** A review. */
  getReview(review: string, options?: CallOptions): Promise<m.AccessReview> {
    return this.#session.call('get_review', { review }, options);
  }

  /** Schedules a review. */
  createReview(review: m.NewReview, options?: CallOptions): Promise<m.AccessReview> {
    return this.#session.call('create_review', review, options);
  }

  /** Deletes a review with its rounds. */
  async deleteReview(review: string, options?: CallOptions): Promise<void> {
    await this.#session.call('delete_review', { review }, options);
  }

  /** Records what the caller decides. */
  async record(round: m.RoundKey, verdicts: readonly m.NewVerdict[], options?: CallOptions): Promise<void> {
    await this.#session.call('record', { round, verdicts }, options);
  }

  /** Ends a round before its time. */
  async stop(round: m.RoundKey, options?: CallOptions): Promise<void> {
    await this.#session.call('stop', { round }, options);
  }

  /** Applies what was decided. */
  async apply(round: m.RoundKey, options?: CallOptions): Promise<void> {
    await this.#session.call('apply', { round }, options);
  }

  /** Forgets what was decided in a round that runs. */
  async reset(round: m.RoundKey, options?: CallOptions): Promise<void> {
    await this.#session.call('reset', { round }, options);
  }

  /** Reminds the reviewers who have not answered. */
  async remind(round: m.RoundKey, options?: CallOptions): Promise<void> {
    await this.#session.call('remind', { round }, options);
  }

  /** Has an alert look again, puts it away, or sets what makes it fire. */
  async changeAlert(alert: AlertKind, change: m.AlertChange, options?: CallOptions): Promise<void> {
    await this.#session.call('change_alert', { alert, change }, options);
  }

  // --- governance ---

  /** The same access with more protected, such as what a plan rests on. Nothing that is protected ceases to be. */
  guarding(safeguards: m.Safeguards): Client {
    return told(() => new Client(this.#session.open.guarding(dumped(safeguards))));
  }

  /** Reads the tenant. A source that can't be read is told in the snapshot's coverage and does not stop the others. */
  async discover(options: DiscoverOptions = {}): Promise<Snapshot> {
    const { signal, onProgress, ...asked } = options;
    const listener = new Listener<Progress>(onProgress);
    const text = dumped(asked);
    const session = this.#session.open;
    const read = await under(signal, (cancel) => native.NativeTenant.discover(session, text, listener.tell, cancel));
    return listener.outcome(new Snapshot(read));
  }

  /** Tries a plan: what would be done, and what no longer fits. With `dryRun` the service judges each grant without effect. */
  async rehearse(plan: Plan, options: { readonly dryRun?: boolean } & CallOptions = {}): Promise<Outcome> {
    return this.#run('rehearse', joined({ dryRun: options.dryRun ?? false }, { plan: textOf(Plan, plan, 'plan') }), options);
  }

  /**
   * Carries out a plan, and writes down in a journal what is intended and what came of it.
   *
   * The client must protect what the plan rests on: `client.guarding(plan.safeguards).applyPlan(plan)`; else it rejects with
   * `permission_denied` and a code `Apply.…`, before anything is sent. Applying it a second time changes nothing. `signal` ends it at
   * once; the journal, a new file, tells where to go on. Without a journal it can't be gone on with, nor taken back.
   */
  async applyPlan(plan: Plan, options: RunOptions & { readonly journal?: string } = {}): Promise<Outcome> {
    return this.#run('apply', joined({ journal: options.journal }, { plan: textOf(Plan, plan, 'plan'), options: runOptions(options) }), options);
  }

  /** Goes on with what a journal tells of. What was about to be sent is looked for, and nothing is sent twice. */
  async resumePlan(journal: string, options: RunOptions = {}): Promise<Outcome> {
    return this.#run('resume', joined({ journal }, { options: runOptions(options) }), options);
  }

  /** Takes back what the run of a journal did, and writes that down in a new one. What somebody changed since is left alone. */
  async undoPlan(done: string, options: RunOptions & { readonly journal: string }): Promise<Outcome> {
    return this.#run('undo', joined({ done, journal: options.journal }, { options: runOptions(options) }), options);
  }

  /** Activations that went wrong since then, by reason and person. */
  async watch(since: Date, options?: CallOptions): Promise<Record<string, unknown>> {
    const text = dumped({ since });
    const session = this.#session.open;
    return JSON.parse(native.camel(await under(options?.signal, (cancel) => native.act('watch', text, [session], null, cancel)))) as Record<string, unknown>;
  }

  async #run(verb: string, text: string, options: RunOptions): Promise<Outcome> {
    const listener = new Listener<RunProgress>(options.onProgress);
    const session = this.#session.open;
    const done = await under(options.signal, (cancel) => native.act(verb, text, [session], listener.tell, cancel));
    return listener.outcome(new Outcome(done));
  }

  /** @internal */
  static nativeOf(client: Client): NativeSession {
    if (!(client instanceof Client)) throw invalid('a client is needed for each who takes part');
    return client.#session.open;
  }
}

/** What a discovery reads. */
export interface DiscoverOptions extends CallOptions {
  /** Which sources; all but the whole audit log (`operations`) unless named. */
  readonly sources?: readonly string[];
  /** How many sources at once. */
  readonly concurrency?: number;
  /** How far back to look in the audit log for activations. */
  readonly activations?: m.Period;
  /** Told how far it is, between reads; what it throws is thrown at the end. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Who takes part in the test of a deployment, each signed in by themselves: nobody may approve what they asked for. */
export interface Actors {
  /** Reads policies and the audit log; Global Reader is enough. */
  readonly admin?: Client;
  /** Eligible for what is tested. */
  readonly requestor?: Client;
  /** Approves for `approvedPrivilege`; somebody else than the requestor. */
  readonly approver?: Client;
  /** Eligible too, but signed in with a password only. */
  readonly unverified?: Client;
}

/** How a deployment is tested. */
export interface VerifyOptions extends CallOptions {
  /** A privilege whose activation takes approval. */
  readonly approvedPrivilege?: m.Privilege;
  /** Highly privileged ones among the two that may be used all the same. */
  readonly highlyPrivileged?: readonly m.Privilege[];
  readonly duration?: m.Period;
  readonly maxWait?: m.Period;
  readonly justification?: string;
  readonly ticket?: m.Ticket;
}

/**
 * Tests activation, approval, second factors, the end of activations and the audit log, with evidence.
 *
 * What a missing actor would test is `not_run`, never passed. What was asked for is taken back before this returns. It waits on the
 * service's clock: minutes on a tenant. Rejects with `invalid_input`, before anything is done, for a privilege that is highly privileged
 * and not named.
 */
export async function verify(privilege: PrivilegeLike, actors: Actors, options: VerifyOptions = {}): Promise<Verification> {
  const { signal, ...rest } = options;
  if (actors === null || typeof actors !== 'object') throw invalid('actors: an object that names who takes part');
  const names = (['admin', 'requestor', 'approver', 'unverified'] as const).filter((name) => actors[name] !== undefined);
  const clients = names.map((name) => actors[name] as Client);
  const first = clients[0];
  if (first === undefined) throw invalid('nobody takes part: give at least one of admin, requestor, approver and unverified');
  const subject = typeof privilege === 'string' ? role((await first.roleNamed(privilege, options)).id) : privilege;
  const text = dumped({ actors: names, privilege: subject, ...rest });
  const sessions = clients.map((client) => Client.nativeOf(client));
  return new Verification(await under(signal, (cancel) => native.act('verify', text, sessions, null, cancel)));
}

/** What a token, the licences and the cloud allow, as far as can be told beforehand. */
export interface Preflight {
  /** Whether the tenant has a licence for PIM. */
  readonly licence: unknown;
  /** Which of Microsoft's clouds it is, where that can be told. */
  readonly cloud: string | null;
  /** One row for each thing that was looked at. */
  readonly checks: ReadonlyArray<{ readonly subject: unknown; readonly verdict: unknown; readonly remedy: string | null }>;
}

/** What is asked, with a privilege by name where that is easier. */
export type Asked<T extends { readonly privilege: m.Privilege }> = Omit<T, 'privilege'> & { readonly privilege: PrivilegeLike };

function signalOf(options: CallOptions | undefined): ListOptions | undefined {
  return options?.signal === undefined ? undefined : { signal: options.signal };
}

function approvalOf(of: m.ApprovalKey | m.Request): m.ApprovalKey {
  if (of === null || typeof of !== 'object') throw invalid('approval: a key, or a request that needs approval');
  if (!('asked' in of)) return of;
  if (of.approval === undefined) throw invalid('this request needs no approval');
  return { id: of.approval, privilege: of.asked.privilege };
}

type BulkOutcome = { readonly request: m.Request } | { readonly error: Envelope };

function outcomes(told: readonly BulkOutcome[]): Array<m.Request | PimError> {
  return told.map((outcome) => ('request' in outcome ? outcome.request : fromEnvelope(outcome.error)));
}
