import type { Manifest } from '#lib/domain/bundle/manifest.ts';
import type { PreflightItem } from '#lib/domain/preflight.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { canBecome } from '#lib/postgres/backup/needed-roles.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { itemOf } from './item-of.ts';

/** The roles that a run works as: the owner of the application's objects, and those of the trial and the smoke tests. */
export function rolesOfRun({ connection }: Target, { trial, smokeTests }: Pick<Manifest, 'trial' | 'smokeTests'>): string[] {
	const named = [
		...(connection.appliesAs ? [connection.appliesAs] : []),
		...trial.map(({ role }) => role),
		...smokeTests.map(({ role }) => role),
	];
	return [...new Set(named)].sort();
}

/** Those that this login can become. Any login may ask. */
export async function readRolesWithin(client: TargetClient, login: string, roles: string[]): Promise<string[]> {
	const { rows } = await client.query<{ role: string }>(
		`select r.rolname::text as role from pg_catalog.pg_roles r where r.rolname = any ($2) and ${canBecome('$1::name', 'r.oid')}`,
		[login, roles],
	);
	return rows.map(({ role }) => role);
}

/** Whether the run can work as each of its roles: else it would end in the middle. */
export function rolesToBecome(login: string, roles: string[], within: string[]): PreflightItem {
	const out = roles.filter((role) => !within.includes(role));
	return itemOf(
		'roles',
		out.map((role) => ({
			state: 'blocks',
			what: `The login ${login} cannot become ${role}, or there is no such role.`,
			effect: 'The run works as it, and PostgreSQL would refuse.',
			remedy: 'Run npm run enroll for this target, or correct the role in its definition or in the manifest.',
		})),
		roles.length === 0 ? 'it works as its own login' : `${login} can become ${countWords(roles.length, 'role')}`,
	);
}
