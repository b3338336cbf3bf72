// Starts the emulator, then the tests in a process that trusts its certificate: Node reads NODE_EXTRA_CA_CERTS only
// when it starts. `PIM_EMULATOR` names the program.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = process.env.PIM_EMULATOR;
if (!program) {
  console.error("PIM_EMULATOR names no emulator; `cargo xtask test` names it");
  process.exit(2);
}
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const emulator = spawn(program, ["--tls", "--seed", here("../seed.json")], {
  stdio: ["ignore", "pipe", "inherit"],
});
emulator.once("error", (error) => {
  console.error(`${program}: ${error.message}`);
  process.exit(2);
});
const [line] = await Promise.race([
  new Promise((first) => createInterface(emulator.stdout).once("line", (line) => first([line]))),
  new Promise((ended) => emulator.once("exit", () => ended([]))),
]);
if (!line) process.exit(2);

const tests = spawn(process.execPath, ["--test", "--test-reporter=spec", here("story.test.mjs")], {
  stdio: "inherit",
  env: { ...process.env, NODE_EXTRA_CA_CERTS: JSON.parse(line).ca, PIM_READY: line },
});
const code = await new Promise((ended) => tests.once("exit", (code) => ended(code ?? 1)));
emulator.kill();
await new Promise((ended) => emulator.once("exit", ended));
process.exitCode = code;
