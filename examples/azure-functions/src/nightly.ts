/** Every night: what changed since yesterday, what is not as it should be, and whether the emergency accounts are. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type InvocationContext, type Timer } from '@azure/functions';
import { Snapshot } from 'pimkit';
import { type Access } from './access';

/** Reads the tenant with the application's own access, compares it with the last night's, and keeps a report in `folder`. */
export const nightly =
  (access: Access, folder: () => string) =>
  async (_timer: Timer, context: InvocationContext): Promise<void> => {
    const client = await access.application();
    const today = await client.discover();
    const findings = await today.findings();
    await mkdir(folder(), { recursive: true });
    const kept = join(folder(), 'tenant.snapshot');
    if (existsSync(kept)) {
      const changed = changes(await (await Snapshot.load(kept)).diff(today));
      for (const [what, count] of changed) context.warn(`${what}: ${count} came, went or changed`);
      if (changed.length === 0) context.info('nothing changed since the last night');
    }
    for (const finding of findings.of({ severity: 'critical' })) context.error(`${finding.code}: ${finding.message}`);
    const emergency = findings.of({ code: 'break-glass' });
    context.info(emergency.length === 0 ? 'the emergency accounts are as they should be' : `emergency accounts: ${emergency.length} findings`);
    await writeFile(join(folder(), 'report.html'), await today.report({ findings, compliance: true }), { mode: 0o600 });
    // Last, so that a night that broke off is compared again.
    await today.save(kept);
  };

/** How much came, went or changed, by table. */
function changes(drift: Record<string, unknown>): Array<[string, number]> {
  const count = (rows: unknown) => (Array.isArray(rows) ? rows.length : 0);
  const tables = Object.entries(drift).map(([name, table]): [string, number] => {
    const { added, removed, changed } = (table ?? {}) as Record<string, unknown>;
    return [name, count(added) + count(removed) + count(changed)];
  });
  return tables.filter(([, changed]) => changed > 0);
}
