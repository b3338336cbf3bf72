/**
 * Privileged Identity Management: administrator rights just in time, approved, limited in time, reviewed and audited.
 *
 * @packageDocumentation
 */
export {
  type Actors,
  type Asked,
  Client,
  type Condition,
  type DiscoverOptions,
  type Preflight,
  type PrivilegeLike,
  type VerifyOptions,
  azureRole,
  group,
  keyOf,
  role,
  verify,
} from './client';
export { Embedded, type EmbeddedOptions, type TenantPart, type Who, embedded } from './embedded';
export * from './enums';
export {
  type AccessToken,
  type CredentialLike,
  Emulator,
  type EmulatorOptions,
  type EmulatorWho,
  type Fault,
  type GraphOptions,
  type Logged,
  type TokenCredential,
  emulator,
  graph,
} from './graph';
export { type ErrorFacts, ErrorKind, PimError } from './errors';
export {
  type ApprovalDemand,
  type Check,
  type CheckResult,
  Compliance,
  Design,
  type DesignFault,
  type Evidence,
  type Finding,
  type FindingOptions,
  Findings,
  type Message,
  Outcome,
  type OutcomeRow,
  Plan,
  type Progress,
  type Reading,
  type Refused,
  type ReportOptions,
  type ReportParts,
  type RunOptions,
  type RunProgress,
  type Severity,
  Snapshot,
  type Step,
  type Tables,
  Verification,
  generateKey,
  importEasypim,
  leastRoleFor,
  signPlan,
} from './governance';
export type * from './models';
export { type CallOptions, type ListOptions, type Page, PimList, type Rejected } from './session';
