/** Values to and from the SDK's JSON: names in camel case, instants as `Date`. */
import { invalid } from './errors';

/** The fields that are instants, wherever they stand. */
const INSTANTS = new Set([
  'at', 'start', 'end', 'created', 'completed', 'modified', 'decidedAt', 'lastActivated', 'lastSignIn', 'passwordChanged',
  'changed', 'scanned', 'last', 'now',
]);
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Fields whose value is somebody else's JSON. */
const FOREIGN = new Set(['raw']);

/** What `JSON.parse` gave, with its instants as `Date`; changed where it stands. */
export function revived<T>(value: unknown): T {
  walk(value);
  return value as T;
}

function walk(value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === 'object') walk(item);
    }
  } else if (value !== null && typeof value === 'object') {
    const fields = value as Record<string, unknown>;
    for (const key in fields) {
      const field = fields[key];
      if (typeof field === 'string') {
        if (INSTANTS.has(key) && INSTANT.test(field)) fields[key] = new Date(field);
      } else if (typeof field === 'object' && !FOREIGN.has(key)) {
        walk(field);
      }
    }
  }
}

/** Arguments as JSON text. */
export function dumped(value: unknown): string {
  return JSON.stringify(sent(value, '', 0));
}

const DEEPEST = 64;

function sent(value: unknown, place: string, depth: number): unknown {
  if (depth > DEEPEST) throw invalid(`${place}: nested too deeply; does it hold itself?`);
  switch (typeof value) {
    case 'string':
      if (LONE_SURROGATE.test(value)) throw invalid(`${place}: holds half a character (a lone surrogate)`);
      return value;
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw invalid(`${place}: a number must be finite`);
      return value;
    case 'object':
      break;
    default:
      throw invalid(`${place}: a ${typeof value} can't be sent`);
  }
  if (value === null) return null;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw invalid(`${place}: an invalid Date`);
    return value.toISOString();
  }
  if (value instanceof Set || Array.isArray(value)) {
    return Array.from(value, (item, index) => sent(item, `${place}[${index}]`, depth + 1));
  }
  const fields: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    const inside = place === '' ? key : `${place}.${key}`;
    fields[snake(key)] = FOREIGN.has(key) ? field : sent(field, inside, depth + 1);
  }
  return fields;
}

function snake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
