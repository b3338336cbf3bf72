// The handlers, with the types of @azure/functions and Graph as the emulator serves it. The host of Functions is not needed.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { emulator, graph, role } from 'pimkit';

const require = createRequire(import.meta.url);
const { HttpRequest, InvocationContext } = require('@azure/functions');
const { activate, eligibilities } = require('../dist/activations.js');
const { approvals } = require('../dist/approvals.js');
const { nightly } = require('../dist/nightly.js');

const USER_ADMINISTRATOR = role('fe930be7-5e62-47db-91af-98c3a49a38b1');
const GLOBAL_ADMINISTRATOR = role('62e90394-69f5-4237-9190-012177145e10');
const GLOBAL_READER = role('f2ef992c-3afb-46b9-b7cf-a126ee74c451');

const people = ['alice', 'bob', 'ada', 'ben'].map((user) => ({ user }));
const seed = [
  ...people,
  { application: 'robot' },
  ...['ada', 'ben'].map((holder) => ({ standing: { holder, privilege: GLOBAL_ADMINISTRATOR } })),
  ...[USER_ADMINISTRATOR, GLOBAL_READER].map((privilege) => ({ eligible: { holder: 'alice', privilege } })),
];
const service = await emulator({ seed, page: 1 });
after(() => service.close());

const access = {
  application: () => graph(service.token('ada'), { base: service.graph, speaksFor: 'delegated' }),
  // In Azure the token tells whose it is; the emulator's do not all.
  person: (token) => graph(token, { base: service.graph, speaksFor: robots.has(token) ? 'application' : 'delegated' }),
};
const robots = new Set();
const told = [];
const context = () => new InvocationContext({ functionName: 'test', logHandler: (level, ...words) => told.push([level, words.join(' ')]) });

function request(url, { who, method = 'GET', body, params = {}, headers = {} } = {}) {
  const token = who === undefined ? undefined : service.token(who);
  if (who?.application) robots.add(token);
  const signed = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new HttpRequest({ url: `https://functions.example/api/${url}`, method, params, headers: { ...signed, ...headers }, ...(body === undefined ? {} : { body: { string: body } }) });
}

test('what I may activate, page by page', async () => {
  const handler = eligibilities(access);
  const seen = [];
  let url = 'eligibilities';
  while (url !== null) {
    const { jsonBody } = await handler(request(url, { who: 'alice' }), context());
    seen.push(...jsonBody.items.map(({ roleName }) => roleName));
    url = jsonBody.next === null ? null : jsonBody.next.split('/api/')[1];
  }
  assert.deepEqual(seen.sort(), ['Global Reader', 'User Administrator']);
  assert.equal((await handler(request('eligibilities'), context())).status, 401);
  assert.equal((await handler(request('eligibilities?continuation=nonsense', { who: 'alice' }), context())).status, 400);
});

test('asking, and approving from a link', async () => {
  const ada = await service.client('ada');
  const bob = await ada.principalNamed('bob');
  const stages = [{ timeoutDays: 1, approverJustification: true, approvers: [{ kind: 'user', id: bob }] }];
  const approval = { required: true, requiredForExtension: false, requestorJustification: true, mode: 'single_stage', stages };
  await ada.updatePolicy(USER_ADMINISTRATOR, [{ kind: 'approval_end_user_assignment', setting: { approval } }]);

  const ask = (body) => activate(access)(request('activations', { who: 'alice', method: 'POST', body }), context());
  assert.equal((await ask('nonsense')).status, 400);
  assert.equal((await ask('{"role": "User Administrator"}')).status, 400);
  const long = await ask(JSON.stringify({ role: 'User Administrator', justification: 'x', hours: 12 }));
  assert.equal(long.status, 400);
  assert.equal(long.jsonBody.violations[0].rule, 'expiration');
  const asked = await ask(JSON.stringify({ role: 'User Administrator', justification: '<b>Starters</b>', hours: 2 }));
  assert.equal(asked.status, 202);
  const { id } = asked.jsonBody;

  const handler = approvals(access, () => 'a secret of this test, and of no other');
  const open = (more) => handler(request(`approvals/${id}`, { params: { id }, ...more }), context());
  const status = async () => (await (await service.client('alice')).myAssignments().toArray()).length;

  const page = await open({ who: 'bob' });
  assert.match(page.body, /&#60;b&#62;Starters/);
  assert.match(page.headers['content-security-policy'], /frame-ancestors 'none'/);
  await open({ who: 'bob' });
  assert.equal(await status(), 0, 'a link that is followed decides nothing');

  const weak = approvals(access, () => 'short');
  await assert.rejects(weak(request(`approvals/${id}`, { who: 'bob', params: { id } }), context()), /FORM_SECRET is too short/);

  const sealed = /name="token" value="([^"]+)"/.exec(page.body)[1];
  const post = (who, form) => open({ who, method: 'POST', body: new URLSearchParams(form).toString() });
  assert.equal((await post('bob', { decision: 'approve', justification: 'x' })).status, 403);
  assert.equal((await post('bob', { decision: 'approve', justification: 'x', token: `${Date.now() + 1000}.00` })).status, 403);
  assert.equal((await post('bob', { decision: 'maybe', justification: 'x', token: sealed })).status, 400);
  assert.equal((await post('bob', { decision: 'approve', justification: ' ', token: sealed })).status, 400);
  assert.equal((await post('alice', { decision: 'approve', justification: 'x', token: sealed })).status, 404, 'not hers to decide');
  assert.equal(await status(), 0);

  const before = service.requests().length;
  const robot = { user: 'robot', application: true };
  const refused = await handler(request(`approvals/${id}`, { who: robot, method: 'POST', params: { id } }), context());
  assert.deepEqual([refused.status, refused.jsonBody.kind], [403, 'unsupported']);
  const sent = service.requests().slice(before).filter(({ address }) => /roleAssignment|approv/i.test(address));
  assert.deepEqual(sent, [], 'an application is refused before anything is sent');

  assert.equal((await post('bob', { decision: 'approve', justification: 'checked', token: sealed })).status ?? 200, 200);
  assert.equal(await status(), 1);
  assert.equal((await post('bob', { decision: 'approve', justification: 'checked', token: sealed })).status, 404);
});

test('a form that was open too long', async () => {
  let now = Date.now();
  const handler = approvals(access, () => 'a secret of this test, and of no other', () => now);
  const who = await service.client('alice');
  await who.deactivate(USER_ADMINISTRATOR).catch(() => service.advance('PT6M') && who.deactivate(USER_ADMINISTRATOR));
  const { id } = await who.activate(USER_ADMINISTRATOR, { justification: 'again', duration: 'PT1H' });
  const page = await handler(request(`approvals/${id}`, { who: 'bob', params: { id } }), context());
  const token = /name="token" value="([^"]+)"/.exec(page.body)[1];
  now += 16 * 60 * 1000;
  const body = new URLSearchParams({ decision: 'deny', justification: 'late', token }).toString();
  assert.equal((await handler(request(`approvals/${id}`, { who: 'bob', method: 'POST', params: { id }, body }), context())).status, 403);
});

test('every night', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pimkit-'));
  const run = nightly(access, () => folder);
  await run({}, context());
  assert.ok(readFileSync(join(folder, 'report.html'), 'utf8').toLowerCase().startsWith('<!doctype html>'));
  assert.ok(told.some(([, words]) => words.includes('emergency accounts')));
  const ada = await service.client('ada');
  await ada.assign({ level: 'eligibility', principal: 'ben', privilege: GLOBAL_READER, expiry: { after: 'P30D' }, justification: 'rota' });
  told.length = 0;
  await run({}, context());
  assert.ok(told.some(([level, words]) => level === 'warning' && /^eligibilities: 1 came/.test(words)), JSON.stringify(told.slice(0, 5)));
});
