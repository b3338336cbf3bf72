import { Client } from './client';
import { invalid, told } from './errors';
import type * as m from './models';
import { type NativeWorld, native } from './native';
import { dumped } from './values';

/** One part of a small tenant, with names for ids. */
export type TenantPart =
  | { readonly user: string }
  | { readonly application: string }
  | { readonly context: string }
  | { readonly group: { readonly name: string; readonly members?: readonly string[] } }
  | { readonly unit: { readonly name: string; readonly members?: readonly string[] } }
  | { readonly eligible: { readonly holder: string; readonly privilege: m.Privilege; readonly window?: m.Window } }
  | { readonly standing: { readonly holder: string; readonly privilege: m.Privilege; readonly window?: m.Window } }
  | { readonly policy: { readonly subject: m.Privilege; readonly rules: readonly m.Rule[] } };

/** What a service in this process is made of. */
export interface EmbeddedOptions {
  /** `'sample'` for a company's tenant (the default), what a small tenant is built of, or a seed file's text. */
  readonly seed?: 'sample' | (string & {}) | readonly TenantPart[];
  /** Whose time it is: `automatic` moves on when somebody waits (the default), `manual` is moved by `advance` alone, `system` is the machine's. */
  readonly clock?: 'automatic' | 'manual' | 'system';
  /** When a clock that is not the machine's begins. */
  readonly now?: Date | string;
}

/** Who signs in. */
export interface Who {
  /** A name of the tenant. */
  readonly user?: string;
  /** An object id, in place of a name. */
  readonly id?: string;
  /** Whether they signed in with a second factor; they did unless this is `false`. */
  readonly mfa?: boolean;
  /** Whether it is an application with a credential of its own. */
  readonly application?: boolean;
  /** What the client protects. */
  readonly safeguards?: m.Safeguards;
}

/** A whole PIM service in this process, with its clock. Made by {@link embedded}. */
export class Embedded {
  #world: NativeWorld | undefined;

  /** @internal */
  constructor(world: NativeWorld) {
    this.#world = world;
  }

  #open(): NativeWorld {
    if (this.#world === undefined) throw invalid('the service is closed: make another one');
    return this.#world;
  }

  /** Lets go of the service; its clients keep it until they are closed. */
  close(): void {
    this.#world = undefined;
  }

  /** The access of somebody: a name of the tenant, or more. */
  client(who: string | Who): Client {
    const world = this.#open();
    return told(() => new Client(world.session(dumped(typeof who === 'string' ? { user: who } : who))));
  }

  /** The service's time. */
  get now(): Date {
    return new Date(this.#open().now());
  }

  /** Moves a clock that is not the machine's on, by a period such as `PT8H`. What falls due happens with the next call. */
  advance(length: m.Period): Date {
    const world = this.#open();
    if (typeof length !== 'string') throw invalid('say how far, as a period such as `PT8H`');
    return told(() => new Date(world.advance(length)));
  }
}

/**
 * A whole PIM service in this process: to try things out, to learn, and to test your own code.
 *
 * Throws `invalid_input` with everything that is wrong with the seed, each at its place.
 */
export function embedded(options: EmbeddedOptions = {}): Embedded {
  const { seed = 'sample', ...rest } = options;
  return told(() => new Embedded(new native.NativeWorld(dumped({ seed, ...rest }))));
}
