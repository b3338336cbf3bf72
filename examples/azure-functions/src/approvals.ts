/**
 * Approve or deny from a link. Mail scanners follow links, so `GET` only shows what is asked and `POST` decides; the form carries a
 * token that another site can't have. The decision is the approver's own, with their own access.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type HttpRequest } from '@azure/functions';
import { type Client, type Request, PimError } from 'pimkit';
import { type Access, tokenOf } from './access';
import { type Handler, answering, text } from './answer';

/** How long a page may be open before it is decided on, in milliseconds. */
const OPEN = 15 * 60 * 1000;

/** `GET` and `POST /api/approvals/{id}`. `secret` signs the forms. */
export const approvals = (access: Access, secret: () => string, now: () => number = Date.now): Handler =>
  answering(async (request) => {
    const client = await access.person(tokenOf(request));
    const asked = await waiting(client, text(request.params['id'], 'id'));
    const caller = (await client.info()).caller ?? '';
    if (secret().length < 32) throw new Error('FORM_SECRET is too short to sign anything: 32 random characters or more');
    const seal = (ends: number) => createHmac('sha256', secret()).update(JSON.stringify([asked.id, caller, ends])).digest('hex');
    if (request.method !== 'POST') {
      const ends = now() + OPEN;
      return page(`<p>${escaped(asked.asked.justification ?? 'No reason was given.')}</p>
<form method="post"><input type="hidden" name="token" value="${ends}.${seal(ends)}">
<label>Why? <input name="justification" required></label>
<button name="decision" value="approve">Approve</button> <button name="decision" value="deny">Deny</button></form>`);
    }
    const form = await formOf(request);
    const [ends, sealed] = (form.get('token') ?? '').split('.');
    if (!(Number(ends) > now()) || !equal(sealed ?? '', seal(Number(ends)))) {
      throw new PimError('permission_denied', 'this form is too old, or not ours: open the link again');
    }
    const why = text(form.get('justification'), 'justification');
    const decision = form.get('decision');
    if (decision === 'approve') await client.approve(asked, why);
    else if (decision === 'deny') await client.deny(asked, why);
    else throw new PimError('invalid_input', 'decision: `approve` or `deny`');
    return page(`<p>Recorded: ${decision}.</p>`);
  });

async function waiting(client: Client, id: string): Promise<Request> {
  if ((await client.info()).callerKind !== 'user') throw new PimError('unsupported', 'approvals are given by people: sign in as yourself');
  for await (const request of client.pendingApprovals()) {
    if (request.id === id) return request;
  }
  throw new PimError('not_found', 'nothing that waits for you has this id: it may be decided already');
}

async function formOf(request: HttpRequest): Promise<URLSearchParams> {
  return new URLSearchParams(await request.text());
}

function equal(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function page(body: string) {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  };
  return { headers, body: `<!doctype html><html lang="en"><title>An activation waits for you</title>${body}</html>` };
}

function escaped(words: string): string {
  return words.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
