// The scenarios of tests/scenarios, which Rust and Python run too: on the embedded service and on Graph over the emulator.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PimError, embedded, emulator } from 'pimkit';

const FOLDER = process.env.PIM_SCENARIOS;

/** Which arguments stand by themselves, in order; what is not here takes one object. */
const PLAIN = {
  role_named: ['name'], principal_named: ['name'], get_request: ['key'], cancel: ['key'], wait_for: ['key', 'condition', 'deadline'],
  get_approval: ['key'], approve: ['key', 'justification'], deny: ['key', 'justification'], policy: ['privilege'],
  update_policy: ['privilege', 'rules'], deactivate: ['privilege'], get_review: ['review'], delete_review: ['review'],
  record: ['round', 'verdicts'], stop: ['round'], apply: ['round'], reset: ['round'], remind: ['round'], rounds: ['review'], items: ['round'],
};
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const map = (value, word, text) => {
  if (Array.isArray(value)) return value.map((one) => map(one, word, text));
  if (value instanceof Date) return value.toISOString();
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? text(value) : value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [word(name), map(field, word, text)]));
};
const instant = (text) => (INSTANT.test(text) ? new Date(text).toISOString() : text);
const cameled = (value) => map(value, camel, instant);
const filled = (value, kept) => {
  if (typeof value === 'string' && value.startsWith('$')) return kept.get(value.slice(1));
  if (Array.isArray(value)) return value.map((one) => filled(one, kept));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, filled(field, kept)]));
};
const holds = (there, wanted) => {
  if (Array.isArray(wanted)) return Array.isArray(there) && wanted.length <= there.length && wanted.every((one, at) => holds(there[at], one));
  if (wanted === null) return there === null || there === undefined;
  if (typeof wanted === 'object') {
    return typeof there === 'object' && there !== null && Object.entries(wanted).every(([name, one]) => holds(there[name], one));
  }
  return there === wanted;
};
const part = (value, path) => path.split('.').filter((step) => step !== '').reduce((inside, step) => inside[camel(step)], value);

async function done(client, step, given) {
  const method = step.call ?? step.list;
  const names = PLAIN[method];
  let args = [cameled(given)];
  if (method === 'activate') {
    const { privilege, ...rest } = args[0];
    args = [privilege, rest];
  } else if (names !== undefined) args = names.map((name) => cameled(given)[name]);
  else if (step.list !== undefined) args = given.query === undefined ? [] : [cameled(given.query)];
  else if (Object.keys(given).length === 0) args = [];
  const answer = client[camel(method)](...args);
  return cameled(step.list === undefined ? await answer : await answer.toArray());
}

async function run(on, file, scenario) {
  const service = on === 'embedded' ? embedded({ seed: file.tenant }) : await emulator({ seed: file.tenant, page: 2 });
  const [kept, clients] = [new Map(), new Map()];
  try {
    for (const [number, step] of scenario.steps.entries()) {
      if (step.advance !== undefined) {
        service.advance(step.advance);
        continue;
      }
      if (step.fault !== undefined) {
        service.fault(cameled(step.fault));
        continue;
      }
      const who = cameled(filled(step.as, kept));
      const name = JSON.stringify(who);
      if (!clients.has(name)) clients.set(name, await service.client(who));
      const given = filled(step.with ?? {}, kept);
      if (step.fails !== undefined) {
        const error = await done(clients.get(name), step, given).then((answer) => assert.fail(`step ${number} gave ${JSON.stringify(answer)}`), (told) => told);
        assert.ok(error instanceof PimError, `step ${number}: ${error}`);
        assert.ok(holds(cameled({ ...error }), cameled(step.fails)), `step ${number}: ${error.kind} ${error.code} ${error.message}`);
        continue;
      }
      const answer = await done(clients.get(name), step, given);
      const wanted = cameled(filled(step.gives ?? null, kept));
      if (wanted !== null) assert.ok(holds(answer, wanted), `step ${number}: ${JSON.stringify(answer)}`);
      if (step.count !== undefined) assert.equal(answer.length, step.count, `step ${number}`);
      for (const [word, path] of Object.entries(step.keep ?? {})) {
        const value = part(answer, path);
        assert.notEqual(value ?? null, null, `step ${number}: no ${path}`);
        kept.set(word, value);
      }
    }
    if (scenario.steps.some(({ fault }) => fault !== undefined)) {
      // A fault that nothing ran into would prove nothing.
      assert.ok(service.requests().some(({ fault }) => (fault ?? null) !== null));
    }
  } finally {
    service.close();
  }
}

for (const name of readdirSync(FOLDER).sort()) {
  const file = JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
  for (const scenario of file.scenarios) {
    for (const on of scenario.on ?? ['embedded', 'emulator']) {
      test(`${name}, ${scenario.name}, on ${on}`, () => run(on, file, scenario));
    }
  }
}
