// Writes the entrance for `import`: the same objects as `require` gives, by their names, so that there is one of each in a program.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const dist = new URL('../dist/', import.meta.url);
const names = Object.keys(createRequire(import.meta.url)(fileURLToPath(new URL('index.js', dist)))).sort();
const lines = [
  "import pimkit from './index.js';",
  `export const {\n${names.map((name) => `  ${name},`).join('\n')}\n} = pimkit;`,
  '',
];
writeFileSync(new URL('index.mjs', dist), lines.join('\n'));
writeFileSync(new URL('index.d.mts', dist), "export * from './index.js';\n");
