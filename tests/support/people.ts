import type { Role } from '#lib/domain/roles.ts';

/** The console's two roles on the tests' cluster. */
export const OWNER_LOGIN = { user: 'countersign_owner', password: 'owner' };
export const APP_LOGIN = { user: 'countersign_app', password: 'app' };

/** Everybody's password. */
export const PASSWORD = 'correct horse';

/** Who there is. Mei could do everything alone, if anything let her. */
export const PEOPLE = {
	rui: { name: 'Rui Almeida', roles: ['requester'] },
	mei: { name: 'Mei Tanaka', roles: ['requester', 'dba', 'security_officer', 'chairman', 'operator'] },
	dana: { name: 'Dana Brandt', roles: ['dba'] },
	dario: { name: 'Dario Conti', roles: ['dba', 'security_officer', 'operator'] },
	samir: { name: 'Samir Osei', roles: ['security_officer'] },
	charles: { name: 'Charles Nwosu', roles: ['chairman'] },
	olga: { name: 'Olga Petrov', roles: ['operator'] },
	otto: { name: 'Otto Berg', roles: ['operator'] },
	ines: { name: 'Ines Duarte', roles: ['operator'] },
	aude: { name: 'Aude Laurent', roles: ['auditor'] },
	ada: { name: 'Ada Min', roles: ['administrator'] },
} as const satisfies Record<string, { name: string; roles: Role[] }>;
export type PersonKey = keyof typeof PEOPLE;
