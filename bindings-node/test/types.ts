// Held by the compiler alone: what users write compiles, and what they must not write does not.
import { type Assignment, type Client, Level, PimError, type RequestStatus, embedded, keyOf, role } from 'pimkit';

export async function daily(client: Client, signal: AbortSignal): Promise<Date | undefined> {
  for await (const row of client.eligibilities({ when: 'now_or_later' }, { signal })) {
    const name: string | undefined = row.roleName;
    if (row.privilege.type === 'group') console.log(row.privilege.access, name);
  }
  const held: Assignment[] = await client.myAssignments().toArray();
  const request = await client.activate(role('r'), { justification: 'x', duration: 'PT1H', start: new Date() }, { signal });
  const status: RequestStatus = request.status;
  if (status === 'pending_approval' || status === 'a word of tomorrow') console.log(held.length);
  await client.assign({ level: Level.Eligibility, principal: 'p', privilege: 'Global Reader', expiry: 'never' });
  return (await client.waitFor(keyOf(request), 'active', 'PT5M')).instance?.window.end;
}

export function refused(error: unknown): string {
  if (!(error instanceof PimError)) return 'not ours';
  switch (error.kind) {
    case 'policy_violation':
      return error.violations.map((one) => one.message).join();
    case 'throttled':
      return `in ${error.retryAfter ?? 0} s`;
    default: {
      // @ts-expect-error there is no such kind
      if (error.kind === 'nonsense') return 'never';
      return error.message;
    }
  }
}

export async function mistakes(client: Client): Promise<void> {
  // @ts-expect-error a period is a text
  await client.activate('Global Reader', { duration: 3600 });
  // @ts-expect-error an end must be said
  await client.assign({ level: 'eligibility', principal: 'p', privilege: 'Global Reader' });
  // @ts-expect-error nothing else can be waited for
  await client.waitFor({ id: 'r', level: 'assignment', privilege: role('r') }, 'done', 'PT1M');
  // @ts-expect-error there is no such clock
  embedded({ clock: 'sundial' });
}
