/** What may I activate, and: activate it. */
import { type Access, tokenOf } from './access';
import { type Handler, answering, bodyOf, text } from './answer';

/** `GET /api/eligibilities`: a page of what the caller may activate, and the address of the next one. */
export const eligibilities = (access: Access): Handler =>
  answering(async (request) => {
    const client = await access.person(tokenOf(request));
    const from = request.query.get('continuation');
    const list = client.eligibilities({ view: 'mine' }, from === null ? {} : { continuation: from });
    for await (const page of list.pages()) {
      const items = page.items.map(({ privilege, roleName, window }) => ({ privilege, roleName, until: window.end ?? null }));
      const next = page.continuation === null ? null : `${request.url.split('?')[0]}?continuation=${encodeURIComponent(page.continuation)}`;
      return { jsonBody: { items, next } };
    }
    return { jsonBody: { items: [], next: null } };
  });

/** `POST /api/activations` with `role`, `justification` and `hours`: asks for an activation, as the caller. */
export const activate = (access: Access): Handler =>
  answering(async (request) => {
    const client = await access.person(tokenOf(request));
    const body = await bodyOf(request);
    const hours = Number(body['hours'] ?? 1);
    const asked = await client.activate(text(body['role'], 'role'), {
      justification: text(body['justification'], 'justification'),
      duration: `PT${Math.round(hours * 60)}M`,
    });
    const { id, status, approval } = asked;
    return { status: status === 'pending_approval' ? 202 : 201, jsonBody: { id, status, approval: approval ?? null } };
  });
