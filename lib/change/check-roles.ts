import { readManifest } from '#lib/bundle/read-manifest.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { canBecome } from '#lib/postgres/backup/needed-roles.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';

type Filed = { target: Target; manifest: Buffer; files: readonly { bytes: Buffer }[] };
type Use = { path: (string | number)[]; name: string; role: string; mayBeMade: boolean };

/**
 * Roles that trial queries and smoke tests run as: each must be in the target, and the run login must be able to become it. A smoke test's
 * role may be made by the bundle; then its SQL says its name somewhere.
 */
export async function checkRoles({ target, manifest: bytes, files }: Filed): Promise<Finding[]> {
	const { manifest, objectTo } = readManifest(bytes);
	if (!manifest) return [];
	const uses: Use[] = [
		...manifest.trial.map(({ role }, i) => ({ path: ['trial', i, 'role'], name: `trial query ${i + 1}`, role, mayBeMade: false })),
		...manifest.smokeTests.map(({ name, role }, i) => ({
			path: ['smokeTests', i, 'role'],
			name: `smoke test "${name}"`,
			role,
			mayBeMade: files.some((file) => file.bytes.includes(role)),
		})),
	];
	if (uses.length === 0) return [];
	const { user } = target.connection.logins.run;
	const usable = await readRoles(target, { login: user, roles: uses.map(({ role }) => role) });
	return uses.flatMap(({ path, name, role, mayBeMade }) => {
		const is = usable.get(role);
		if (is === true || mayBeMade) return [];
		const code = 'role_not_usable';
		if (is === undefined)
			return [objectTo(path, { code, message: `${name}: ${target.name} has no role ${role}`, instead: 'Correct the role’s name.' })];
		const instead = `Enroll ${target.name} again with this role among its restrictedRoles or smokeTestRoles, or grant it to ${user}.`;
		return [objectTo(path, { code, message: `${name}: the run login ${user} cannot become ${role}`, instead })];
	});
}

/** Which of the roles there are, and whether the login can become them. */
async function readRoles(target: Target, { login, roles }: { login: string; roles: string[] }): Promise<Map<string, boolean>> {
	const place = { target, login: 'backup', applicationName: 'countersign filing', signal: answerWithin() } as const;
	return withTarget(place, async (client) => {
		const { rows } = await client.query<{ role: string; usable: boolean }>(
			`select r.rolname::text as role, ${canBecome('$1::name', 'r.oid')} as usable from pg_catalog.pg_roles r where r.rolname = any ($2)`,
			[login, roles],
		);
		return new Map(rows.map(({ role, usable }) => [role, usable]));
	});
}
