/** The native module, as it is. Nothing here is for users of the package. */

/** Lets go of one call. */
export interface NativeCancel {
  cancel(): void;
}

export interface NativeSession {
  call(method: string, args: string, cancel?: NativeCancel | null): Promise<string>;
  list(method: string, args: string): NativeCursor;
  preflight(cancel?: NativeCancel | null): Promise<string>;
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
  readonly NativeCancel: new () => NativeCancel;
  readonly NativeWorld: new (setup: string) => NativeWorld;
}

export const native: Native = require('../pimkit.node') as Native;
