/** How everything is asked: by name, as JSON, with a signal. */
import { PimError, invalid, rebuilt } from './errors';
import { type NativeCancel, type NativeCursor, type NativeSession, native } from './native';
import { dumped, revived } from './values';

/** What every call takes. */
export interface CallOptions {
  /** Gives the call up: it is refused with the kind `cancelled`. What was sent by then may have been done. */
  readonly signal?: AbortSignal;
}

/** Where a list goes on. */
export interface ListOptions extends CallOptions {
  /** The `continuation` of an earlier reading of the same list. */
  readonly continuation?: string;
}

/** A row of a list that could not be read. */
export interface Rejected {
  /** The row's id, if that much could be read. */
  readonly id: string | null;
  /** What was wrong, with the place in the row. */
  readonly reason: string;
}

/** A piece of a list. */
export interface Page<T> {
  /** The items, in the service's order. */
  readonly items: readonly T[];
  /** Rows that could not be read. They do not end the list. */
  readonly rejected: readonly Rejected[];
  /** Where to go on after this page, later or in another process; `null` after the last. */
  readonly continuation: string | null;
}

/** Asks under a signal; what is refused is refused with a `PimError`. */
export async function under<T>(signal: AbortSignal | undefined, ask: (cancel: NativeCancel | null) => Promise<T>): Promise<T> {
  if (signal === undefined) {
    try {
      return await ask(null);
    } catch (error) {
      throw rebuilt(error);
    }
  }
  if (!(signal instanceof AbortSignal)) throw invalid('signal: an AbortSignal, as an AbortController has it');
  const gaveUp = () => new PimError('cancelled', 'the call was cancelled before it was sent', {}, { cause: signal.reason });
  if (signal.aborted) throw gaveUp();
  const cancel = new native.NativeCancel();
  const abort = () => cancel.cancel();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await ask(cancel);
  } catch (error) {
    throw rebuilt(error);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** A list: item by item (`for await`), or page by page. It is read as it is used, and once. */
export class PimList<T> implements AsyncIterable<T> {
  readonly #open: () => NativeCursor;
  readonly #signal: AbortSignal | undefined;
  #cursor: NativeCursor | undefined;
  #continuation: string | null = null;

  /** @internal */
  constructor(open: () => NativeCursor, signal: AbortSignal | undefined) {
    this.#open = open;
    this.#signal = signal;
  }

  /**
   * Where to go on behind the pages that were read: give it as `continuation` to the method that gave the list. `null` before the
   * first page and after the last.
   */
  get continuation(): string | null {
    return this.#continuation;
  }

  /** The list page by page. An empty page is not the end. */
  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    try {
      this.#cursor ??= this.#open();
    } catch (error) {
      throw rebuilt(error);
    }
    const cursor = this.#cursor;
    for (;;) {
      const text = await under(this.#signal, (cancel) => cursor.nextPage(cancel));
      if (text === null) return;
      const page = revived<Page<T>>(JSON.parse(text));
      this.#continuation = page.continuation;
      yield page;
    }
  }

  /** The list item by item. A row that can't be read is an error of the kind `malformed`; `pages` goes on behind it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) {
      yield* page.items;
      for (const row of page.rejected) {
        const context: Array<[string, string]> = row.id === null ? [] : [['row', row.id]];
        throw new PimError('malformed', `a row of the list can't be read: ${row.reason}`, { context });
      }
    }
  }

  /** All items that are left. */
  async toArray(): Promise<T[]> {
    const all: T[] = [];
    for await (const page of this.pages()) {
      all.push(...page.items);
      const row = page.rejected[0];
      if (row !== undefined) throw new PimError('malformed', `a row of the list can't be read: ${row.reason}`);
    }
    return all;
  }
}

/** What a client asks through. */
export class Session {
  #native: NativeSession | undefined;

  constructor(session: NativeSession) {
    this.#native = session;
  }

  close(): void {
    this.#native = undefined;
  }

  /** The native session, unless it was closed. */
  get open(): NativeSession {
    if (this.#native === undefined) throw invalid('the client is closed: make another one');
    return this.#native;
  }

  async call<T>(method: string, args: object, options: CallOptions | undefined): Promise<T> {
    const session = this.open;
    const text = dumped(args);
    return revived<T>(JSON.parse(await under(options?.signal, (cancel) => session.call(method, text, cancel))));
  }

  async preflight<T>(options: CallOptions | undefined): Promise<T> {
    const session = this.open;
    return JSON.parse(await under(options?.signal, (cancel) => session.preflight(cancel))) as T;
  }

  list<T>(method: string, args: object, options: ListOptions | undefined): PimList<T> {
    const session = this.open;
    const text = dumped({ ...args, from: options?.continuation });
    return new PimList<T>(() => session.list(method, text), options?.signal);
  }
}
