// An emulator over https, and Microsoft's client on it.
//
// Node reads NODE_EXTRA_CA_CERTS only when it starts. So the emulator comes first, and the tests run in a process that
// was started with its file: `node run.mjs`.

import { Client } from "@microsoft/microsoft-graph-client";
import { readFileSync } from "node:fs";

export const SEED = JSON.parse(readFileSync(new URL("../seed.json", import.meta.url), "utf8"));
