// The backend for Microsoft Graph over the emulator, and credentials of every kind.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { PimError, emulator, graph, keyOf } from 'pimkit';
import { USER_ADMINISTRATOR, parts } from './world.mjs';

let stage;
before(async () => {
  stage = await emulator({ seed: parts() });
});
after(() => stage.close());

test('the daily work is the same over the wire', async () => {
  const alice = await stage.client('alice');
  assert.equal((await alice.info()).name, 'graph');
  const [eligible] = await alice.myEligibilities().toArray();
  assert.equal(eligible.roleName, 'User Administrator');
  const request = await alice.activate('User Administrator', { justification: 'Starters', duration: 'PT2H' });
  await alice.waitFor(keyOf(request), 'active', 'PT5M');
  stage.advance('PT6M');
  await alice.deactivate(USER_ADMINISTRATOR);
  assert.deepEqual(await alice.myAssignments().toArray(), []);
  await assert.rejects(alice.activate(USER_ADMINISTRATOR, { duration: 'P3D', justification: 'x' }), (error) => {
    assert.equal(error.kind, 'policy_violation');
    assert.equal(typeof error.requestId, 'string');
    return true;
  });
  const told = await alice.preflight();
  assert.ok(Array.isArray(told.checks) && 'licence' in told);
});

test('every kind of credential will do', async () => {
  const token = stage.token('alice');
  const asked = [];
  const credential = {
    async getToken(scopes, options) {
      asked.push({ scopes, options });
      return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
  for (const one of [credential, { getToken: () => ({ token }) }, () => token, async () => ({ token }), token]) {
    const client = await graph(one, { base: stage.graph, speaksFor: 'delegated' });
    assert.equal((await client.myEligibilities().toArray()).length, 1);
  }
  assert.deepEqual(asked[0].scopes, ['https://graph.microsoft.com/.default']);
  assert.equal(asked[0].options.enableCae, true);
});

test('claims are passed on, and a better token goes through', async () => {
  const rule = { kind: 'authentication_context_end_user_assignment', setting: { authenticationContext: { enabled: true, context: 'c1' } } };
  const strict = await emulator({ seed: [...parts(), { context: 'c1' }, { policy: { subject: USER_ADMINISTRATOR, rules: [rule] } }] });
  const [plain, strong] = [strict.token('alice'), strict.token({ user: 'alice', contexts: ['c1'] })];
  const fixed = await graph(plain, { base: strict.graph, speaksFor: 'delegated' });
  await assert.rejects(fixed.activate(USER_ADMINISTRATOR, { justification: 'Starters' }), (error) => {
    assert.equal(error.kind, 'step_up_required');
    assert.deepEqual(error.stepUp, { context: 'c1' });
    return true;
  });
  const claims = [];
  const credential = {
    getToken(_, options) {
      if (options.claims) claims.push(options.claims);
      return { token: options.claims ? strong : plain };
    },
  };
  const client = await graph(credential, { base: strict.graph, speaksFor: 'delegated' });
  await client.activate(USER_ADMINISTRATOR, { justification: 'Starters', duration: 'PT1H' });
  assert.match(claims[0], /c1/);
  strict.close();
});

test('a credential that fails is the cause and not the message', async () => {
  const secret = new RangeError('secret-of-the-credential');
  const failing = [
    { getToken() { throw secret; } },
    { getToken: () => Promise.reject(secret) },
    { getToken: () => null },
    () => 7,
    () => ({ token: 7 }),
  ];
  for (const credential of failing) {
    await assert.rejects(graph(credential, { base: stage.graph }), (error) => {
      assert.ok(error instanceof PimError);
      assert.equal(error.kind, 'unauthenticated');
      assert.doesNotMatch(error.message, /secret-of/);
      assert.ok(error.cause instanceof Error);
      return true;
    });
  }
  for (const credential of [undefined, null, 7, {}, { getToken: 'x' }]) {
    await assert.rejects(graph(credential, { base: stage.graph }), { kind: 'invalid_input' });
  }
});

test('wrong settings are refused', async () => {
  const wrong = [
    [{ cloud: 'mars' }, /mars/],
    [{ base: 'http://example.com' }, /http/],
    [{ speaksFor: 'everybody' }, /delegated/],
    [{ inFlight: -1 }, /in_flight/],
    [{ deadline: 'soon' }, /deadline/],
    [{ safeguards: { breakGlas: [] } }, /safeguards/],
  ];
  for (const [settings, says] of wrong) {
    await assert.rejects(graph('token', { base: stage.graph, ...settings }), (error) => {
      assert.equal(error.kind, 'invalid_input', error.message);
      assert.match(error.message, says);
      return true;
    });
  }
  await assert.rejects(graph('token', { base: stage.graph, signal: AbortSignal.abort() }), { kind: 'cancelled' });
});

test('faults are ridden out and nothing is done twice', async () => {
  const shaky = await emulator({ seed: parts() });
  const ada = await shaky.client('ada');
  const principal = await ada.principalNamed('bob');
  shaky.fault({ kind: 'throttle', retryAfter: '0.1', times: 2 });
  shaky.fault({ kind: 'reset_after', method: 'POST', times: 1 });
  const ask = { level: 'eligibility', principal, privilege: USER_ADMINISTRATOR, expiry: { after: 'P30D' }, justification: 'Desk' };
  await ada.assign(ask);
  assert.equal((await ada.eligibilities({ filter: { principal } }).toArray()).length, 1);
  const posts = shaky.requests().filter((asked) => asked.method === 'POST' && asked.address.includes('Schedule'));
  assert.deepEqual(posts.map((post) => post.status), [429, 429, null]);
  assert.throws(() => shaky.fault({ kind: 'gremlins' }), /gremlins/);
  shaky.close();
  assert.throws(() => shaky.token('alice'), /the emulator is closed/);
  await assert.rejects(ada.info().then(() => ada.users().toArray()), PimError);
});

test('a program with a client ends by itself', () => {
  const program = `
    import { emulator, graph } from 'pimkit';
    const stage = await emulator();
    const token = stage.token('liam.okafor');
    const client = await graph({ getToken: async () => ({ token }) }, { base: stage.graph, speaksFor: 'delegated' });
    console.log((await client.myEligibilities().toArray()).length);
    stage.close();
  `;
  const told = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: new URL('..', import.meta.url), encoding: 'utf8', timeout: 20_000,
  });
  assert.equal(told, '1\n');
});
