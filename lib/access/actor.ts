import type { Role } from '#lib/domain/roles.ts';

/** The signed-in person who asks, with the roles that the database gave them at this request. */
export type Actor = { id: string; name: string; email: string; roles: Role[]; sessionId: string };
