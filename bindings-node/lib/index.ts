/**
 * Privileged Identity Management: administrator rights just in time, approved, limited in time, reviewed and audited.
 *
 * @packageDocumentation
 */
export { type Asked, Client, type Condition, type Preflight, type PrivilegeLike, azureRole, group, keyOf, role } from './client';
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
export type * from './models';
export { type CallOptions, type ListOptions, type Page, PimList, type Rejected } from './session';
