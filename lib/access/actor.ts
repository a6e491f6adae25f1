import type { Role } from '#lib/domain/roles.ts';

/** The signed-in person, with the roles that the database has for them at this request. */
export type Actor = { id: string; name: string; email: string; roles: Role[]; sessionId: string };
