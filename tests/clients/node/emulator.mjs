// The emulator that run.mjs started, and Microsoft's client on it.

import { Client } from "@microsoft/microsoft-graph-client";
import { readFileSync } from "node:fs";

const ready = JSON.parse(process.env.PIM_READY);

export const SEED = JSON.parse(readFileSync(new URL("../seed.json", import.meta.url), "utf8"));
export const GRAPH = ready.graph;
export const CONTROL = ready.control;
export const PEOPLE = Object.fromEntries(SEED.users.map((user) => [user.name.toLowerCase(), user.id]));

export async function control(method, path, body) {
  const answer = await fetch(CONTROL + path, { method, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  const text = await answer.text();
  return text ? JSON.parse(text) : undefined;
}

export const advance = (length) => control("POST", "/clock", { advance: length });

/** Microsoft's client with a token for somebody; `more` is what `POST /tokens` takes besides. */
export async function client(name, { defaultVersion = "v1.0", ...more } = {}) {
  const { token } = await control("POST", "/tokens", { principal: PEOPLE[name], mfa: true, ...more });
  return Client.initWithMiddleware({
    baseUrl: GRAPH,
    defaultVersion,
    authProvider: { getAccessToken: async () => token },
    // Without it the token is sent to Microsoft's own hosts only.
    customHosts: new Set(["127.0.0.1"]),
  });
}
