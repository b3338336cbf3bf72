import { embedded, role } from 'pimkit';

export const USER_ADMINISTRATOR = role('fe930be7-5e62-47db-91af-98c3a49a38b1');
export const GLOBAL_ADMINISTRATOR = role('62e90394-69f5-4237-9190-012177145e10');

/** Two administrators, and Alice, who may become User Administrator. */
export function parts() {
  const people = ['alice', 'bob', 'ada', 'ben'].map((user) => ({ user }));
  const standing = ['ada', 'ben'].map((holder) => ({ standing: { holder, privilege: GLOBAL_ADMINISTRATOR } }));
  return [...people, ...standing, { eligible: { holder: 'alice', privilege: USER_ADMINISTRATOR } }];
}

/** A service in this process for them. */
export function service(options = {}) {
  return embedded({ seed: parts(), now: '2026-09-01T08:00:00Z', ...options });
}
