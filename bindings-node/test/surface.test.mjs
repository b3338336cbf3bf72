// Everything of tests/surface.json exists, under the spelling of JavaScript.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import * as pimkit from 'pimkit';

const surface = JSON.parse(readFileSync(process.env.PIM_SURFACE, 'utf8'));
const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());

test('every method is there', () => {
  const list = pimkit.embedded().client('emma.clarke');
  for (const { name } of surface.methods) {
    assert.equal(typeof list[camel(name)], 'function', name);
  }
});

test('every kind of error and every value is there', () => {
  assert.deepEqual(Object.values(pimkit.ErrorKind), surface.error_kinds);
  for (const { name, members } of [...surface.open_enums, ...surface.closed_enums]) {
    if (name === 'Outlook') continue; // what a condition of one's own answers: Rust only
    assert.deepEqual(Object.values(pimkit[name]), members, name);
  }
});

test('every option is typed', () => {
  const types = readFileSync(createRequire(import.meta.url).resolve('pimkit').replace(/index\.js$/, 'models.d.ts'), 'utf8');
  for (const { name, members } of surface.options) {
    const block = new RegExp(`interface ${name} \\{(.*?)\\n\\}`, 's').exec(types);
    assert.ok(block, name);
    for (const member of members) {
      assert.match(block[1], new RegExp(`readonly ${camel(member)}\\??:`), `${name}.${member}`);
    }
  }
});

test('import and require give the same', () => {
  const required = createRequire(import.meta.url)('pimkit');
  assert.equal(required.Client, pimkit.Client);
  assert.deepEqual(Object.keys(required).sort(), Object.keys(pimkit).filter((name) => name !== 'default').sort());
});
