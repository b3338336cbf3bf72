import { Client } from './client';
import type { TenantPart, Who } from './embedded';
import { PimError, invalid, told } from './errors';
import type * as m from './models';
import { type Ask, type NativeEmulator, native } from './native';
import { type CallOptions, under } from './session';
import { dumped } from './values';

/** What a credential gives. */
export interface AccessToken {
  readonly token: string;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresOnTimestamp?: number;
}

/** What the credentials of `@azure/identity` are. */
export interface TokenCredential {
  getToken(
    scopes: string | string[],
    options?: { claims?: string; enableCae?: boolean },
  ): Promise<AccessToken | null> | AccessToken | null;
}

/** A credential of `@azure/identity` or of its form, a function that gives a token, or a token itself. */
export type CredentialLike = TokenCredential | (() => Promise<AccessToken | string> | AccessToken | string) | string;

/** How Microsoft Graph is spoken to. */
export interface GraphOptions {
  /** Which of Microsoft's clouds; the global one unless said. */
  readonly cloud?: 'global' | 'us_gov_l4' | 'us_gov_l5' | 'china';
  /** Another address than the cloud's, such as an emulator's. Plain http is allowed to this machine alone. */
  readonly base?: string;
  /** On whose behalf the tokens speak, where they do not tell. */
  readonly speaksFor?: 'delegated' | 'application';
  /** What the client protects. */
  readonly safeguards?: m.Safeguards;
  /** How many requests may be under way at once; 32 unless said. */
  readonly inFlight?: number;
  /** How long one call may take, repetitions included. */
  readonly deadline?: m.Period;
}

/**
 * A caller's access to Microsoft Graph. Gets a token, to see who signed in.
 *
 * Activations and approvals are a person's own: they need a delegated token. Claims challenges, such as for an authentication context,
 * are passed on to the credential. Rejects with `unauthenticated` where it gives no token; its own error is the `cause`.
 */
export async function graph(credential: CredentialLike, options: GraphOptions & CallOptions = {}): Promise<Client> {
  const { signal, speaksFor, ...setup } = options;
  const source = new TokenSource(credential);
  const text = dumped(setup);
  try {
    const session = await under(signal, (cancel) => native.NativeSession.graph(text, source.ask, speaksFor ?? null, cancel));
    return new Client(session);
  } catch (error) {
    if (error instanceof PimError && error.kind === 'unauthenticated' && source.failure !== undefined) {
      throw new PimError(error.kind, error.message, error, { cause: source.failure });
    }
    throw error;
  }
}

class TokenSource {
  failure: unknown;
  readonly #get: (scopes: string[], claims: string | undefined) => unknown;

  constructor(credential: CredentialLike) {
    if (typeof credential === 'string') {
      this.#get = () => credential;
    } else if (typeof credential === 'function') {
      this.#get = () => credential();
    } else if (credential !== null && typeof credential === 'object' && typeof credential.getToken === 'function') {
      this.#get = (scopes, claims) => credential.getToken(scopes, { enableCae: true, ...(claims === undefined ? {} : { claims }) });
    } else {
      throw invalid('credential: an object with getToken (such as of @azure/identity), a function that gives a token, or a token');
    }
  }

  // What a credential says may name people or hold what it was given: only the error's name goes further, and the error is the cause.
  readonly ask: Ask = async (question) => {
    try {
      const { scopes, claims } = JSON.parse(question) as { scopes: string[]; claims: string | null };
      const answer = await this.#get(scopes, claims ?? undefined);
      if (typeof answer === 'string') return JSON.stringify({ token: answer });
      const { token, expiresOnTimestamp } = (answer ?? {}) as Partial<AccessToken>;
      if (typeof token !== 'string') throw new TypeError('a token is a text, or an object with `token`');
      const ends = typeof expiresOnTimestamp === 'number' ? Math.floor(expiresOnTimestamp / 1000) : null;
      return JSON.stringify({ token, ends });
    } catch (error) {
      this.failure = error;
      return JSON.stringify({ error: `it threw ${error instanceof Error ? error.name : typeof error}` });
    }
  };
}

/** What an emulator is started with. */
export interface EmulatorOptions {
  /** `'sample'` for a company's tenant (the default), what a small tenant is built of, or a seed file's text. */
  readonly seed?: 'sample' | (string & {}) | readonly TenantPart[];
  /** How many objects a page holds that was asked without `$top`; 100 unless said. */
  readonly page?: number;
  /** Whether its clock moves with the machine's; else it stands until it is moved. */
  readonly runningClock?: boolean;
}

/** Who signs in at an emulator. */
export interface EmulatorWho extends Who {
  /** The authentication contexts that the sign-in satisfied. */
  readonly contexts?: readonly string[];
  /** The permissions of the token; all unless some are named. */
  readonly permissions?: readonly string[];
}

/** What goes wrong, and when; the emulator's page on faults tells of each kind. */
export interface Fault {
  readonly kind:
    | 'throttle' | 'unavailable' | 'slow' | 'reset_before' | 'reset_after' | 'truncate' | 'foreign_next_link'
    | 'duplicate_page' | 'delayed_visibility' | (string & {});
  readonly method?: string;
  readonly path?: string;
  readonly times?: number;
  readonly every?: number;
  readonly [more: string]: unknown;
}

/** One request that an emulator was asked. */
export interface Logged {
  readonly method: string;
  readonly address: string;
  /** The status answered; `null` where the connection was ended instead. */
  readonly status: number | null;
  readonly [more: string]: unknown;
}

/**
 * A server on this machine that speaks Microsoft Graph's PIM endpoints, over a whole PIM service. Made by {@link emulator}.
 *
 * Any program can be tested against it, in any language: `graph` is the address to give in place of Microsoft's.
 */
export class Emulator {
  readonly #native: NativeEmulator;

  /** @internal */
  constructor(started: NativeEmulator) {
    this.#native = started;
  }

  /** Where Graph is served, without a version. */
  get graph(): string {
    return told(() => this.#native.graph);
  }

  /** Where it is controlled by HTTP: faults, clock, tokens, log. */
  get control(): string {
    return told(() => this.#native.control);
  }

  /** A bearer token for somebody. */
  token(who: string | (EmulatorWho & { readonly lifetime?: m.Period })): string {
    return told(() => this.#native.token(dumped(named(who))));
  }

  /** The access of somebody, over the wire. Waiting moves the emulator's clock. */
  async client(who: string | EmulatorWho, options?: CallOptions): Promise<Client> {
    const text = dumped(named(who));
    return new Client(await under(options?.signal, async (cancel) => this.#native.session(text, cancel)));
  }

  /** What goes wrong from now on: `fault({ kind: 'throttle', retryAfter: '1', times: 3 })`. */
  fault(fault: Fault): void {
    told(() => this.#native.fault(dumped(fault)));
  }

  /** What was asked so far, oldest first. */
  requests(): Logged[] {
    return told(() => JSON.parse(this.#native.requests()) as Logged[]);
  }

  /** The service's time. */
  get now(): Date {
    return told(() => new Date(this.#native.now()));
  }

  /** Moves its clock on, by a period such as `PT8H`. */
  advance(length: m.Period): Date {
    if (typeof length !== 'string') throw invalid('say how far, as a period such as `PT8H`');
    return told(() => new Date(this.#native.advance(length)));
  }

  /** Stops it. */
  close(): void {
    this.#native.close();
  }
}

/** Starts a server that speaks Microsoft Graph's PIM endpoints, on free ports of this machine. */
export async function emulator(options: EmulatorOptions & CallOptions = {}): Promise<Emulator> {
  const { signal, seed = 'sample', ...rest } = options;
  const setup = dumped({ seed, ...rest });
  return new Emulator(await under(signal, (cancel) => native.NativeEmulator.start(setup, cancel)));
}

function named(who: string | EmulatorWho): object {
  return typeof who === 'string' ? { user: who } : who;
}
