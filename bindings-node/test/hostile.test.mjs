// Bad input is answered with a typed error that names the place, and crashes nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PimError, embedded, keyOf } from 'pimkit';
import { USER_ADMINISTRATOR, service } from './world.mjs';

const circle = {};
circle.self = circle;

const WRONG = [
  [{ justification: 7 }, /justification: expected a string/],
  [{ justification: '\ud800' }, /justification: holds half a character/],
  [{ duration: 2 }, /duration: expected a length of time/],
  [{ duration: 'two hours' }, /is not a length of time/],
  [{ duration: 'PT1H'.repeat(100_000) }, /is not a length of time/],
  [{ start: new Date(Number.NaN) }, /start: an invalid Date/],
  [{ start: 'tomorrow' }, /is not an instant/],
  [{ ticket: { nummer: 'x' } }, /ticket.*nummer/],
  [{ dryRun: 'yes' }, /dry_run: expected a boolean/],
  [{ using: 'x'.repeat(5000) }, /using/],
  [{ dryRun: Number.NaN }, /dryRun: a number must be finite/],
  [{ justification: () => 1 }, /justification: a function can't be sent/],
  [{ justification: 10n }, /justification: a bigint can't be sent/],
  [{ ticket: circle }, /nested too deeply/],
  [{ hours: 2 }, /unknown field `hours`/],
];

test('a wrong argument names its place', async () => {
  const alice = service().client('alice');
  for (const [ask, says] of WRONG) {
    await assert.rejects(alice.activate(USER_ADMINISTRATOR, ask), (error) => {
      assert.ok(error instanceof PimError, String(error));
      assert.equal(error.kind, 'invalid_input');
      assert.match(error.message, says);
      return true;
    });
  }
  for (const privilege of [undefined, null, 7, {}, [], { type: 'directory_role' }]) {
    await assert.rejects(alice.activate(privilege), { kind: 'invalid_input' });
  }
  await assert.rejects(alice.assign(undefined), { kind: 'invalid_input' });
  await assert.rejects(alice.approve(undefined), { kind: 'invalid_input' });
  await assert.rejects(alice.getReview(''), { kind: 'invalid_input' });
  await assert.rejects(alice.info({ signal: 'no signal' }), /AbortSignal/);
});

test('a typo gets the nearest names', async () => {
  const alice = service().client('alice');
  await assert.rejects(alice.activate('user admin'), /did_you_mean User Administrator/);
  await assert.rejects(alice.roleNamed('x'.repeat(10_000_000)), { kind: 'invalid_input' });
  await assert.rejects(alice.principalNamed('carol'), { kind: 'not_found' });
});

test('wrong services are refused', () => {
  assert.throws(() => embedded({ seed: 'sampel' }), /expected `sample`/);
  assert.throws(() => embedded({ seed: [{ usr: 'alice' }] }), /unknown variant `usr`/);
  assert.throws(() => embedded({ clock: 'sundial' }), /sundial/);
  assert.throws(() => embedded({ seed: '{"version": 2}' }), /version/);
  assert.throws(() => embedded({ clock: 'system' }).advance('PT1H'), { kind: 'unsupported' });
  assert.throws(() => embedded().advance('an hour'), { kind: 'invalid_input' });
  assert.throws(() => embedded().advance(3), { kind: 'invalid_input' });
  assert.throws(() => embedded().client({}), /say who it is/);
  assert.throws(() => embedded().client({ user: 'a', id: 'b' }), /say who it is/);
});

test('closed things say so', async () => {
  const world = service();
  const alice = world.client('alice');
  alice.close();
  await assert.rejects(async () => alice.info(), /the client is closed/);
  world.close();
  assert.throws(() => world.client('alice'), /the service is closed/);
});

test('a call can be given up, before and while it runs', async () => {
  const world = service({ clock: 'manual' });
  const alice = world.client('alice');
  const early = AbortSignal.abort(new Error('changed my mind'));
  await assert.rejects(alice.info({ signal: early }), (error) => error.kind === 'cancelled' && error.cause.message === 'changed my mind');
  const start = new Date('2026-09-01T20:00:00Z');
  const request = await alice.activate(USER_ADMINISTRATOR, { justification: 'Tonight', start });
  const controller = new AbortController();
  // On a clock that stands still the wait never ends by itself.
  const waiting = alice.waitFor(keyOf(request), 'active', 'P1D', { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await assert.rejects(waiting, { kind: 'cancelled' });
  assert.equal((await alice.myEligibilities({ signal: new AbortController().signal }).toArray()).length, 1);
});

test('ten thousand calls leave nothing behind', async () => {
  const alice = service().client('alice');
  const some = async (times) => {
    for (let n = 0; n < times; n += 1) {
      await alice.clock({ signal: new AbortController().signal });
      await alice.activate(USER_ADMINISTRATOR, { duration: 7 }).catch(() => undefined);
    }
    globalThis.gc?.();
    return process.memoryUsage.rss();
  };
  await some(2_000);
  const before = await some(1_000);
  const after = await some(9_000);
  assert.ok(after - before < 16 * 1024 * 1024, `grown by ${after - before} bytes`);
});
