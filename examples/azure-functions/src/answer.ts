/** Errors as answers over HTTP: what the caller can do about it, and nothing that only an operator should see. */
import { type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { type ErrorKind, PimError } from 'pimkit';

const STATUS: Partial<Record<ErrorKind, number>> = {
  invalid_input: 400,
  policy_violation: 400,
  unauthenticated: 401,
  step_up_required: 401,
  permission_denied: 403,
  unsupported: 403,
  not_found: 404,
  already_exists: 409,
  conflict: 409,
  invalid_transition: 409,
  throttled: 429,
};

export type Handler = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>;

/** A handler whose errors are answers. */
export function answering(handler: Handler): Handler {
  return async (request, context) => {
    try {
      return await handler(request, context);
    } catch (error) {
      if (!(error instanceof PimError)) throw error;
      context.warn(`${error.kind} ${error.code ?? ''} ${error.requestId ?? ''}`);
      const headers: Record<string, string> = error.retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfter)) };
      const { kind, code, message, requestId } = error;
      const violations = error.violations.map(({ rule, message: text }) => ({ rule, message: text }));
      return { status: STATUS[kind] ?? 502, headers, jsonBody: { kind, code, message, requestId, violations } };
    }
  };
}

/** The JSON that a request brings. */
export async function bodyOf(request: HttpRequest): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await request.json();
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new PimError('invalid_input', 'the body is no JSON object');
}

/** A text of a body or a query. */
export function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw new PimError('invalid_input', `${name}: a text is needed`);
  return value;
}
