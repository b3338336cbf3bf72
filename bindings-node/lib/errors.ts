import type { StepUp, Violation } from './models';

/** Every kind of error, the same in every language: what a caller can do about it. */
export const ErrorKind = {
  /** An argument, a file or a field is wrong: mend it. */
  InvalidInput: 'invalid_input',
  /** The request's state does not allow the move: look at its state. */
  InvalidTransition: 'invalid_transition',
  /** The role's policy forbids it: see `violations`. */
  PolicyViolation: 'policy_violation',
  /** No such thing, or not visible yet. */
  NotFound: 'not_found',
  /** It is there already; nothing to do. */
  AlreadyExists: 'already_exists',
  /** Someone else was first, or the service's state contradicts: read again. */
  Conflict: 'conflict',
  /** The caller lacks a role or a permission, or a guard of this SDK said no (`code` begins with `Guard.`). */
  PermissionDenied: 'permission_denied',
  /** No valid sign-in: sign in again. */
  Unauthenticated: 'unauthenticated',
  /** Stronger sign-in is needed: see `stepUp`. */
  StepUpRequired: 'step_up_required',
  /** Too many requests: wait, see `retryAfter`. */
  Throttled: 'throttled',
  /** The deadline passed. */
  Timeout: 'timeout',
  /** The service or the way to it is down: try later. */
  Unavailable: 'unavailable',
  /** A write was sent and its outcome could not be learned. It is not sent again: look before you do. */
  OutcomeUnknown: 'outcome_unknown',
  /** This backend, surface or credential can't do it; nothing was sent. */
  Unsupported: 'unsupported',
  /** The service sent what can't be read. */
  Malformed: 'malformed',
  /** The caller gave up. */
  Cancelled: 'cancelled',
  /** None of the others. */
  Unexpected: 'unexpected',
} as const;
/** Every kind of error. */
export type ErrorKind = (typeof ErrorKind)[keyof typeof ErrorKind];

/** What is known of an error, besides its kind and message. */
export interface ErrorFacts {
  readonly code?: string | null | undefined;
  readonly operation?: string | null | undefined;
  readonly retryAfter?: number | null | undefined;
  readonly exhausted?: boolean;
  readonly requestId?: string | null | undefined;
  readonly violations?: readonly Violation[];
  readonly stepUp?: StepUp | null | undefined;
  readonly context?: ReadonlyArray<readonly [string, string]>;
}

/**
 * The error of everything here: told by what can be done about it.
 *
 * Texts hold ids, and never names of people, justifications, tickets or tokens.
 */
export class PimError extends Error {
  /** What can be done about it. */
  readonly kind: ErrorKind;
  /** The service's own code, or that of a guard (`Guard.…`). */
  readonly code: string | undefined;
  /** The operation that failed. */
  readonly operation: string | undefined;
  /** Seconds after which trying again can help; `undefined` where it can't. */
  readonly retryAfter: number | undefined;
  /** Whether it was tried as often as allowed. */
  readonly exhausted: boolean;
  /** The id under which the service's support finds the call. */
  readonly requestId: string | undefined;
  /** Every demand of the policy that was not met. */
  readonly violations: readonly Violation[];
  /** The sign-in that is needed. */
  readonly stepUp: StepUp | undefined;
  /** Facts added on the way: ids, places in files. */
  readonly context: ReadonlyArray<readonly [string, string]>;

  constructor(kind: ErrorKind, message: string, facts: ErrorFacts = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PimError';
    this.kind = kind;
    this.code = facts.code ?? undefined;
    this.operation = facts.operation ?? undefined;
    this.retryAfter = facts.retryAfter ?? undefined;
    this.exhausted = facts.exhausted ?? false;
    this.requestId = facts.requestId ?? undefined;
    this.violations = facts.violations ?? [];
    this.stepUp = facts.stepUp ?? undefined;
    this.context = facts.context ?? [];
  }
}

/** The error that a native one tells of, with the stack of the caller. */
export function rebuilt(native: unknown): unknown {
  if (!(native instanceof Error) || !native.message.startsWith('{')) {
    return native;
  }
  try {
    return fromEnvelope(JSON.parse(native.message) as Envelope);
  } catch {
    return native;
  }
}

/** Does something native at once; what it throws is thrown as a `PimError`. */
export function told<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw rebuilt(error);
  }
}

export interface Envelope extends ErrorFacts {
  readonly kind: ErrorKind;
  readonly message: string;
}

export function fromEnvelope(envelope: Envelope): PimError {
  return new PimError(envelope.kind, envelope.message, envelope);
}

/** An argument that can't be sent. */
export function invalid(message: string): PimError {
  return new PimError('invalid_input', message);
}
