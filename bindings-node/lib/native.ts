/** The native module, as it is. Nothing here is for users of the package. */

/** Lets go of one call. */
export interface NativeCancel {
  cancel(): void;
}

export interface NativeSession {
  call(method: string, args: string, cancel?: NativeCancel | null): Promise<string>;
  list(method: string, args: string): NativeCursor;
}

export interface NativeCursor {
  nextPage(cancel?: NativeCancel | null): Promise<string | null>;
}

export interface NativeWorld {
  session(who: string): NativeSession;
  now(): string;
  advance(length: string): string;
}

interface Native {
  readonly NativeCancel: new () => NativeCancel;
  readonly NativeWorld: new (setup: string) => NativeWorld;
}

export const native: Native = require('../pimkit.node') as Native;
