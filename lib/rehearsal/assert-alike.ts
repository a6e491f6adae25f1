import type { Target } from '#lib/domain/target/target.ts';
import { type GateContext, StepFailed } from '#lib/gates/gate.ts';
import { readNeededRoles } from '#lib/postgres/backup/needed-roles.ts';
import { type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import type { OpenRehearsal } from './open-rehearsal.ts';

type Role = { name: string; is: string };
type Extension = { name: string; version: string };

const MOST_NAMED = 10;

/**
 * A server of its own for rehearsals must be like the target's: PostgreSQL of the same major version and no older, the roles that the database and
 * the change use, with what they are and are members of, and its extensions. Nothing is made there: roles would outlive a crash, and a login that
 * may make them could do more than a rehearsal should. Throws, naming what differs, before anything is copied.
 */
export async function assertAlike({ target, place }: OpenRehearsal, { runId, signal }: GateContext): Promise<void> {
	if (place === target) return;
	const as = { login: 'backup', applicationName: `countersign rehearse ${runId}`, signal } as const;
	const here = await withTarget({ target, ...as }, async (client) => ({
		version: await readVersion(client),
		roles: await readUsedRoles(client, target),
		extensions: await readExtensions(client),
	}));
	const differences = await withTarget({ target: place, ...as }, async (client) => [
		...versionDiffers(here.version, await readVersion(client)),
		...rolesDiffering(here.roles, await readRoles(client, here.roles)),
		...extensionsMissing(here.extensions, await readAvailable(client)),
	]);
	if (differences.length === 0) return;
	const more = differences.length - MOST_NAMED;
	throw new StepFailed({
		code: 'rehearsal_server_differs',
		message: `The rehearsal server ${place.connection.host} is not like that of ${target.name}: ${differences.slice(0, MOST_NAMED).join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
		instead:
			'Nothing was copied. The deployer makes that server alike: docs/operations.md says how, under “Rehearsals”. Then rehearse again.',
	});
}

type Version = { number: number; words: string };

async function readVersion(client: TargetClient): Promise<Version> {
	const { rows } = await client.query<Version>(
		`select pg_catalog.current_setting('server_version_num')::int as number, pg_catalog.current_setting('server_version') as words`,
	);
	if (!rows[0]) throw new Error('the server did not return its version');
	return rows[0];
}

function versionDiffers(here: Version, there: Version): string[] {
	const isSameMajor = Math.floor(here.number / 10_000) === Math.floor(there.number / 10_000);
	if (isSameMajor && there.number >= here.number) return [];
	return [`it has PostgreSQL ${there.words}, the target has ${here.words}`];
}

/** SQL: a role of pg_roles `r` as far as it decides what the change may do there. Of a password and a limit of connections nothing is said. */
const AS_IT_IS = `json_build_array(r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolbypassrls,
	(select s.setconfig from pg_catalog.pg_db_role_setting s where s.setdatabase = 0 and s.setrole = r.oid),
	(select json_agg(json_build_array(pg_catalog.pg_get_userbyid(m.roleid), to_jsonb(m) - '{oid,roleid,member,grantor}'::text[])
		order by pg_catalog.pg_get_userbyid(m.roleid), to_jsonb(m)::text) from pg_catalog.pg_auth_members m where m.member = r.oid))::text`;

/** The roles that the database names, those that the change and its checks may run as, and all that these are members of. */
async function readUsedRoles(client: TargetClient, target: Target): Promise<Role[]> {
	const { logins, appliesAs } = target.connection;
	const needed = (await readNeededRoles(client, logins.restore.user)).map(({ name }) => name);
	const reading = [...target.rehearsal.readers, ...target.rehearsal.queries].map(({ role }) => role);
	const names = [
		...needed,
		...reading,
		...target.restrictedRoles,
		...target.smokeTestRoles,
		logins.run.user,
		...(appliesAs ? [appliesAs] : []),
	];
	const { rows } = await client.query<Role>(
		`with recursive used as (
			select oid from pg_catalog.pg_roles where rolname = any ($1)
			union select m.roleid from pg_catalog.pg_auth_members m join used u on u.oid = m.member)
		 select r.rolname as name, ${AS_IT_IS} as is from used join pg_catalog.pg_roles r using (oid) order by 1`,
		[names],
	);
	return rows;
}

async function readRoles(client: TargetClient, like: Role[]): Promise<Role[]> {
	const { rows } = await client.query<Role>(
		`select r.rolname as name, ${AS_IT_IS} as is from pg_catalog.pg_roles r where r.rolname = any ($1)`,
		[like.map(({ name }) => name)],
	);
	return rows;
}

function rolesDiffering(here: Role[], there: Role[]): string[] {
	const theirs = new Map(there.map(({ name, is }) => [name, is]));
	return here.flatMap(({ name, is }) => {
		const other = theirs.get(name);
		if (other === undefined) return [`it has no role ${name}`];
		return other === is ? [] : [`its role ${name} has other attributes, settings or memberships`];
	});
}

async function readExtensions(client: TargetClient): Promise<Extension[]> {
	const { rows } = await client.query<Extension>('select extname as name, extversion as version from pg_catalog.pg_extension order by 1');
	return rows;
}

async function readAvailable(client: TargetClient): Promise<Extension[]> {
	const { rows } = await client.query<Extension>('select name, version from pg_catalog.pg_available_extension_versions');
	return rows;
}

function extensionsMissing(here: Extension[], there: Extension[]): string[] {
	const available = new Set(there.map(({ name, version }) => `${name} ${version}`));
	return here.flatMap(({ name, version }) => (available.has(`${name} ${version}`) ? [] : [`it lacks the extension ${name} ${version}`]));
}
