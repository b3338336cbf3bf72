// Read, judged, planned for, changed and taken back.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Design, Findings, Plan, Snapshot, embedded, generateKey, importEasypim, leastRoleFor, role, signPlan, verify } from 'pimkit';
import { GLOBAL_ADMINISTRATOR } from './world.mjs';

const AZURE = ['azure_roles', 'azure_assignments', 'azure_eligibilities', 'azure_policies'];
const folder = () => mkdtempSync(join(tmpdir(), 'pimkit-'));
const emma = () => embedded().client('emma.clarke');

/** All that she may read. */
async function read(client) {
  const { coverage } = await client.discover();
  const sources = Object.keys(coverage).filter((source) => !AZURE.includes(source) && source !== 'operations');
  return client.discover({ sources });
}

test('a tenant is read, judged and reported', async () => {
  const client = emma();
  const told = [];
  const snapshot = await client.discover({ onProgress: (one) => void told.push(one) });
  assert.ok(told.some(({ source }) => source === 'users') && told.at(-1).done >= 0);
  assert.equal(snapshot.backend, 'embedded');
  assert.equal(snapshot.coverage.users.coverage, 'read');
  const users = await snapshot.table('users');
  assert.ok(users.length > 10 && typeof users[0].id === 'string');
  await assert.rejects(snapshot.table('user'), { kind: 'invalid_input', message: /did you mean `users`/ });
  await assert.rejects(client.discover({ sources: ['user'] }), { kind: 'invalid_input' });

  const findings = await snapshot.findings();
  const gravest = findings.at(0);
  assert.ok(gravest.severity === 'critical' && gravest.remedy && gravest.evidence.length > 0);
  assert.ok(findings.of({ code: 'standing-access' }).length > 0);
  assert.deepEqual(findings.unjudged[0].missing, ['operations']);
  assert.equal([...findings].length, findings.length);
  const compliance = await snapshot.compliance();
  assert.ok(['pass', 'fail'].includes(compliance.toArray().find(({ check }) => check === 'MS.AAD.7.1v1').verdict));
  assert.ok((await snapshot.holders(GLOBAL_ADMINISTRATOR)).holders.length > 5);
  const principal = await client.principalNamed('liam.okafor');
  assert.ok((await snapshot.paths({ principal })).length > 0);

  const page = await snapshot.report({ findings, compliance: true, title: '<script>alert(1)</script>' });
  assert.ok(page.toLowerCase().startsWith('<!doctype html>') && !page.includes('<script>alert(1)'));
  assert.match(await snapshot.report({ format: 'markdown', findings }), /Global Administrator/);
  assert.ok((await snapshot.csv('findings', { findings })).split('\n').length > findings.length);
  await assert.rejects(snapshot.report({ format: 'pdf' }), { kind: 'invalid_input' });

  const file = join(folder(), 'kept');
  await snapshot.save(file);
  const again = await Snapshot.load(file);
  assert.equal((await again.findings()).toText(), findings.toText());
  assert.equal(+again.takenAt, +snapshot.takenAt);
  assert.equal(typeof (await snapshot.diff(again)), 'object');
  await assert.rejects(Snapshot.load(`${file}.nowhere`), { name: 'PimError' });
});

test('from what stands to what is wanted, and back', async () => {
  const client = emma();
  const [before, at] = [await read(client), folder()];
  await (await before.proposeDesign()).save(join(at, 'design.yaml'));
  const design = await Design.read(join(at, 'design.yaml'));
  assert.deepEqual((await before.check(design)).filter(({ warning }) => !warning), []);
  const plan = await before.plan(design, { ticket: { number: 'CHG-1', system: 'desk' } });
  assert.ok(plan.length > 100 && plan.administrators.after.length > 1);
  await plan.save(join(at, 'plan.json'));
  assert.equal((await Plan.load(join(at, 'plan.json'))).toText(), plan.toText());

  await assert.rejects(client.applyPlan(plan), { kind: 'permission_denied', code: 'Apply.WeakerGuards' });
  const careful = client.guarding(plan.safeguards);
  assert.deepEqual(Object.keys((await careful.rehearse(plan)).counts()), ['would_do']);
  const told = [];
  const outcome = await careful.applyPlan(plan, { journal: join(at, 'one'), onProgress: (fact) => void told.push(fact) });
  assert.ok(outcome.isComplete);
  assert.deepEqual(outcome.counts(), { done: plan.length });
  assert.equal(told.filter((fact) => 'ended' in fact).length, plan.length);
  assert.deepEqual(Object.keys((await careful.applyPlan(plan)).counts()), ['already_done']);
  const after = await read(careful);
  assert.ok((await after.plan(design)).isEmpty);
  assert.ok((await after.report({ plan, outcome, before, design })).length > 50_000);
  const people = await before.messages(plan, { organisation: 'Fernhill', contact: 'the desk' });
  assert.ok(people.length > 0 && people.every(({ text }) => text.length > 0));
  const undone = await careful.undoPlan(join(at, 'one'), { journal: join(at, 'two') });
  assert.equal(undone.mode, 'undo');
  assert.ok(undone.counts().done > plan.length / 2);
});

test('a run stops where it is told to, and goes on', async () => {
  const client = emma();
  const [snapshot, at] = [await read(client), folder()];
  const plan = await snapshot.plan(await snapshot.proposeDesign());
  const careful = client.guarding(plan.safeguards);
  const stopped = await careful.applyPlan(plan, { journal: join(at, 'one'), onProgress: (fact) => (fact.done ?? 0) < 5 });
  assert.ok(!stopped.isComplete && stopped.stopped !== undefined);
  assert.ok((await careful.resumePlan(join(at, 'one'))).isComplete);
  const breaks = () => {
    throw new RangeError("the listener's own");
  };
  await assert.rejects(careful.applyPlan(plan, { onProgress: breaks }), RangeError);
  await assert.rejects(client.discover({ onProgress: breaks }), RangeError);
  await assert.rejects(client.discover({ onProgress: 'no' }), { kind: 'invalid_input' });
  await assert.rejects(client.discover({ signal: AbortSignal.abort() }), { kind: 'cancelled' });
});

test("a plan that takes another's approval", async () => {
  const client = emma();
  const snapshot = await read(client);
  const plan = await snapshot.plan(await snapshot.proposeDesign());
  const careful = client.guarding(plan.safeguards);
  const [mine, other] = [generateKey(), generateKey()];
  const liam = await client.principalNamed('liam.okafor');
  const keys = { [liam]: mine.public };
  await assert.rejects(careful.applyPlan(plan, { approval: { keys } }), { code: 'Apply.NotApproved' });
  const by = { approver: liam, now: snapshot.takenAt };
  const forged = signPlan(plan, { ...by, secret: other.secret });
  await assert.rejects(careful.applyPlan(plan, { approval: { keys, approvals: [forged] } }), { kind: 'permission_denied' });
  const signed = signPlan(plan, { ...by, secret: mine.secret });
  assert.ok(!signed.includes(mine.secret));
  assert.ok((await careful.applyPlan(plan, { approval: { keys: { [liam.toUpperCase()]: mine.public }, approvals: [signed] } })).isComplete);
});

test('a deployment is tested by its own people', async () => {
  const reader = role('790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b');
  const service = embedded({
    seed: [{ user: 'ada' }, { user: 'ben' }, { user: 'alice' }, { eligible: { holder: 'alice', privilege: reader } },
      ...['ada', 'ben'].map((holder) => ({ standing: { holder, privilege: GLOBAL_ADMINISTRATOR } }))],
  });
  const told = await verify(reader, { admin: service.client('ada'), requestor: service.client('alice') });
  const verdicts = Object.fromEntries(told.toArray().map(({ test: name, verdict }) => [name, verdict]));
  assert.equal(verdicts.activation, 'passed');
  assert.equal(verdicts.approval, 'not_run');
  assert.ok(!told.isPassed && told.leftBehind.length === 0);
  await assert.rejects(verify(reader, {}), { kind: 'invalid_input', message: /nobody takes part/ });
  assert.equal(typeof (await service.client('ada').watch(new Date(0))), 'object');
});

test('what is given in the wrong place is refused with its name', async () => {
  const client = emma();
  const snapshot = await client.discover({ sources: ['users'] });
  const design = new Design((await snapshot.proposeDesign()).text);
  const wrong = [
    () => client.applyPlan('a plan'), () => client.rehearse(undefined), () => snapshot.plan('a design'), () => snapshot.check(null),
    () => snapshot.diff({}), () => snapshot.messages(design), () => snapshot.report({ findings: [] }), () => snapshot.report({ before: 'then' }),
    () => verify(GLOBAL_ADMINISTRATOR, null), () => verify(GLOBAL_ADMINISTRATOR, { admin: 'ada' }), () => client.undoPlan(undefined, { journal: 'x' }),
  ];
  for (const call of wrong) await assert.rejects(call(), { kind: 'invalid_input' }, String(call));
  assert.throws(() => signPlan('a plan', {}), { kind: 'invalid_input', message: /^plan: a Plan is needed, not string/ });
});

test('what is no design, no plan and no snapshot says so', async () => {
  assert.throws(() => new Design('rolez: []'), { kind: 'invalid_input', message: /rolez/ });
  assert.throws(() => new Plan('{}'), { kind: 'invalid_input', message: /no plan/ });
  assert.throws(() => new Plan('nonsense'), { kind: 'invalid_input', message: /no plan/ });
  assert.throws(() => importEasypim('{'), { kind: 'invalid_input' });
  assert.ok(leastRoleFor('microsoft.directory/users/password/update').length > 0);
  assert.equal(typeof Design.schema(), 'object');
  const file = join(folder(), 'text');
  writeFileSync(file, 'nonsense');
  await assert.rejects(Snapshot.load(file), { name: 'PimError' });
  assert.ok(new Findings('{"findings":[],"unjudged":[]}').length === 0);
});
