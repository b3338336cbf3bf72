// The examples of the page run as a reader would run them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

test('the examples of README.md', () => {
  const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map((match) => match[1]);
  assert.equal(examples.length, 3);
  const says = [/expiration: PT12H is too long.*until 2026-09-01T10:00:00\.000Z/s, /Global Administrator\n1\n/, /would_do: \d+.*done: \d+.*true/s];
  for (const [number, example] of examples.entries()) {
    const file = new URL(`example-${number}.mjs`, import.meta.url);
    writeFileSync(file, example);
    const told = execFileSync(process.execPath, [file.pathname], { encoding: 'utf8' });
    assert.match(told, says[number]);
  }
});
