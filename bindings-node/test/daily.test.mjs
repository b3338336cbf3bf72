// The daily work, on the embedded service.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PimError, embedded, keyOf } from 'pimkit';
import { USER_ADMINISTRATOR, service } from './world.mjs';

test('a role is activated, held, and ends by itself', async () => {
  const world = service();
  const alice = world.client('alice');
  const [eligible, ...more] = await alice.myEligibilities().toArray();
  assert.equal(more.length, 0);
  assert.equal(eligible.roleName, 'User Administrator');
  assert.deepEqual(eligible.privilege, USER_ADMINISTRATOR);

  await assert.rejects(alice.activate(USER_ADMINISTRATOR, { duration: 'PT12H' }), (error) => {
    assert.ok(error instanceof PimError && error instanceof Error);
    assert.equal(error.kind, 'policy_violation');
    assert.equal(error.operation, 'submit');
    assert.deepEqual(error.violations.map((one) => one.rule), ['expiration', 'justification']);
    assert.equal(error.violations[0].limit, 'PT8H');
    assert.match(error.stack, /daily\.test\.mjs/);
    return true;
  });

  const ask = { justification: 'Starters', ticket: { number: 'REQ-1042', system: 'Service desk' }, duration: 'PT2H' };
  const request = await alice.activate('user administrator', ask);
  assert.equal(request.status, 'provisioned');
  const seen = await alice.waitFor(keyOf(request), 'active', 'PT5M');
  assert.deepEqual(seen.instance.window.end, new Date('2026-09-01T10:00:00Z'));
  const [held] = await alice.myAssignments().toArray();
  assert.ok(held.origin.activated);
  await assert.rejects(alice.deactivate(USER_ADMINISTRATOR), { kind: 'invalid_transition', code: 'ActiveDurationTooShort' });
  world.advance('PT6M');
  await alice.deactivate(USER_ADMINISTRATOR);
  assert.deepEqual(await alice.myAssignments().toArray(), []);
  assert.deepEqual(await alice.clock(), world.now);
});

test('an approver says yes, and the guards say no', async () => {
  const world = service();
  const [ada, alice, bob] = ['ada', 'alice', 'bob'].map((name) => world.client(name));
  const stage = { timeoutDays: 1, approverJustification: true, approvers: [{ kind: 'user', id: await ada.principalNamed('bob') }] };
  const approval = { required: true, requiredForExtension: false, requestorJustification: true, mode: 'single_stage', stages: [stage] };
  const rule = { kind: 'approval_end_user_assignment', setting: { approval } };
  const policy = await ada.updatePolicy('User Administrator', [rule]);
  assert.ok(policy.rules.some((one) => one.setting.approval?.required));

  const request = await alice.activate(USER_ADMINISTRATOR, { justification: 'Starters' });
  await assert.rejects(alice.waitFor(keyOf(request), 'active', 'PT1M'), (error) => {
    assert.equal(error.kind, 'timeout');
    assert.ok(error.context.some(([key, value]) => key === 'request' && value === request.id));
    return true;
  });
  const [waiting] = await bob.pendingApprovals().toArray();
  await bob.approve(waiting, 'fine');
  const read = await bob.getApproval({ id: waiting.approval, privilege: USER_ADMINISTRATOR });
  assert.equal(read.stages[0].decided.decision, 'approve');
  await alice.waitFor(keyOf(request), 'active', 'PT1M');

  const careful = world.client({ user: 'ada', safeguards: { minAdministrators: 2 } });
  const last = careful.revoke({ level: 'assignment', principal: 'ben', privilege: 'Global Administrator', justification: 'x' });
  await assert.rejects(last, { kind: 'permission_denied', code: 'Guard.LastAdministrators' });
  assert.equal((await careful.administrators()).working.length, 2);
});

test('an administrator grants, extends, revokes, and asks for many at once', async () => {
  const world = service();
  const ada = world.client('ada');
  const grant = { level: 'eligibility', principal: 'bob', privilege: 'User Administrator' };
  const made = await ada.assign({ ...grant, expiry: { after: 'P90D' }, justification: 'Joins the desk' });
  assert.deepEqual(made.asked.expiry, { after: 'P90D' });
  const at = new Date('2026-12-30T08:00:00Z');
  await ada.extend({ ...grant, expiry: { at }, justification: 'Stays' });
  const principal = await ada.principalNamed('bob');
  const [row] = await ada.eligibilities({ filter: { principal } }).toArray();
  assert.deepEqual(row.window.end, at);
  await ada.revoke({ ...grant, justification: 'Left the desk' });
  assert.deepEqual(await ada.eligibilities({ filter: { principal } }).toArray(), []);

  const everybody = await Promise.all(['bob', 'alice', 'ben'].map((name) => ada.principalNamed(name)));
  const grants = everybody.map((one) => ({
    level: 'eligibility', principal: one, privilege: USER_ADMINISTRATOR, expiry: { after: 'P30D' }, justification: 'Desk',
  }));
  const told = (await ada.assignAll(grants)).map((one) => (one instanceof PimError ? one.kind : one.status));
  assert.deepEqual(told, ['provisioned', 'already_exists', 'provisioned']);
  const again = await ada.submitAll(grants.map((one) => ({ ...one, action: 'admin_assign' })), { inFlight: 2 });
  assert.ok(again.every((one) => one instanceof PimError && one.kind === 'already_exists'));
});

test('a review is made, decided and applied', async () => {
  const world = service();
  const ada = world.client('ada');
  const me = await ada.principalNamed('ada');
  const settings = { recommendations: null, recurrence: { every: 'monthly', interval: 3, until: { rounds: 4 } } };
  const review = await ada.createReview({
    name: 'Quarterly', scope: { privilege: USER_ADMINISTRATOR }, reviewers: [{ user: me }], settings,
  });
  assert.equal(review.definition.settings.recommendations, null);
  assert.deepEqual(review.definition.settings.recurrence.until, { rounds: 4 });
  world.advance('PT1H');
  const [round] = await ada.rounds(review.id).toArray();
  const [item] = await ada.items(round.key).toArray();
  await ada.record(round.key, [{ item: item.id, verdict: 'deny', justification: 'Not needed' }]);
  await ada.stop(round.key);
  world.advance('PT1H');
  await ada.apply(round.key);
  assert.deepEqual(await world.client('alice').myEligibilities().toArray(), []);
});

test('every list of the sample tenant is read', async () => {
  const client = embedded().client('emma.clarke');
  const [alert] = await client.alerts().toArray();
  const lists = [
    client.roles(), client.eligibilities(), client.assignments(), client.requests(), client.policies(), client.myEligibilities(),
    client.myAssignments(), client.pendingApprovals(), client.reviews(), client.users(), client.groups(), client.memberships(),
    client.servicePrincipals(), client.units(), client.skus(), client.audit(), client.signIns(), client.conditionalAccess(),
    client.contexts(), client.locations(), client.alerts(), client.incidents(alert.kind), client.packages(),
    client.packageAssignments(),
  ];
  const read = await Promise.all(lists.map((list) => list.toArray()));
  assert.ok(read.filter((rows) => rows.length > 0).length > 14);
  const snake = /"[a-z]+_[a-z_]+":/.exec(JSON.stringify(read));
  assert.equal(snake, null, 'a key was left in snake case');
  const text = /"(created|start|end|at|lastSignIn)":"(?!\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)/.exec(JSON.stringify(read));
  assert.equal(text, null, 'an instant is no Date');
});

test('lists go on from where they stopped', async () => {
  const client = embedded().client('emma.clarke');
  const pages = [];
  for await (const page of client.users().pages()) pages.push(page);
  let count = 0;
  for await (const user of client.users()) count += user.id === '' ? 0 : 1;
  assert.equal(pages.flatMap((page) => page.items).length, count);
  assert.equal(pages.at(-1).continuation, null);
  await assert.rejects(client.groups({ continuation: 'nonsense.1' }).toArray(), /another list/);
});
