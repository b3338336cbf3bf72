/** The native module, as it is. Nothing here is for users of the package. */

/** Lets go of one call. */
export interface NativeCancel {
  cancel(): void;
}

export interface NativeSession {
  call(method: string, args: string, cancel?: NativeCancel | null): Promise<string>;
  list(method: string, args: string): NativeCursor;
  preflight(cancel?: NativeCancel | null): Promise<string>;
  guarding(safeguards: string): NativeSession;
}

/** Is told a fact as JSON, and answers whether to go on. Never throws. */
export type Observe = (fact: string) => boolean;

export interface NativeTenant {
  save(path: string, cancel?: NativeCancel | null): Promise<void>;
  about(): string;
  table(name: string, cancel?: NativeCancel | null): Promise<string>;
}

export interface NativeCursor {
  nextPage(cancel?: NativeCancel | null): Promise<string | null>;
}

export interface NativeWorld {
  session(who: string): NativeSession;
  now(): string;
  advance(length: string): string;
}

export interface NativeEmulator {
  readonly graph: string;
  readonly control: string;
  token(who: string): string;
  session(who: string, cancel?: NativeCancel | null): Promise<NativeSession>;
  fault(fault: string): void;
  requests(): string;
  now(): string;
  advance(length: string): string;
  close(): void;
}

/** Asks a credential: scopes and claims as JSON; the token, or what went wrong, as JSON. Never rejects. */
export type Ask = (question: string) => Promise<string>;

interface Native {
  readonly NativeSession: {
    graph(setup: string, ask: Ask, speaksFor: string | null, cancel?: NativeCancel | null): Promise<NativeSession>;
  };
  readonly NativeEmulator: { start(setup: string, cancel?: NativeCancel | null): Promise<NativeEmulator> };
  readonly NativeTenant: {
    discover(session: NativeSession, options: string, observe: Observe | null, cancel?: NativeCancel | null): Promise<NativeTenant>;
    load(path: string, cancel?: NativeCancel | null): Promise<NativeTenant>;
  };
  judge(verb: string, args: string, tenants: readonly NativeTenant[], cancel?: NativeCancel | null): Promise<string>;
  judgeNow(verb: string, args: string): string;
  act(
    verb: string,
    args: string,
    sessions: readonly NativeSession[],
    observe: Observe | null,
    cancel?: NativeCancel | null,
  ): Promise<string>;
  camel(json: string): string;
  readonly NativeCancel: new () => NativeCancel;
  readonly NativeWorld: new (setup: string) => NativeWorld;
}

export const native: Native = require('../pimkit.node') as Native;
