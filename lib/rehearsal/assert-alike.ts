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
 * the change use, with what they are and are members of, and its extensions in their versions; each login can sign in. Nothing is made there: roles would outlive a crash, and
 * a login that may make them could do more than a rehearsal should. Throws, naming what differs, before anything is copied.
 */
export async function assertAlike({ target, place }: Pick<OpenRehearsal, 'target' | 'place'>, { runId, signal }: Asking): Promise<void> {
	if (place === target) return;
	const as = { login: 'backup', applicationName: `countersign rehearse ${runId}`, signal } as const;
	const here = await withTarget({ target, ...as }, async (client) => ({
		version: await readVersion(client),
		roles: await readUsedRoles(client, target),
		extensions: await readExtensions(client),
	}));
	await withTarget({ target: place, ...as }, async (client) => {
		// Of another major version much more differs, and none of that is why.
		assertVersion({ target, place }, { here: here.version, there: await readVersion(client) });
		const extensions = extensionsMissing(here.extensions, await readAvailable(client));
		const roles = rolesDiffering(here.roles, await readRoles(client, here.roles));
		assertNone({ target, place }, { extensions, roles });
	});
	for (const login of ['run', 'restore'] as const) await withTarget({ ...as, target: place, login }, async () => undefined);
}

type Asking = Pick<GateContext, 'runId' | 'signal'>;
type Places = { target: Target; place: Target };

function assertNone({ target, place }: Places, { extensions, roles }: { extensions: string[]; roles: string[] }): void {
	const differences = [...extensions, ...roles];
	if (differences.length === 0) return;
	const more = differences.length - MOST_NAMED;
	const helps = [
		...(extensions.length > 0 ? ['The deployer installs the extensions on that server, in the very versions that are named.'] : []),
		...(roles.length > 0 ? ['The deployer loads the target’s roles into it: docs/operations.md says how, under “Rehearsals”.'] : []),
	];
	throw new StepFailed({
		code: 'rehearsal_server_differs',
		message: `The rehearsal server ${addressOf(place)} is not like that of ${target.name}: ${differences.slice(0, MOST_NAMED).join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
		instead: `Nothing was copied. ${helps.join(' ')} Then rehearse again.`,
	});
}

function addressOf({ connection: { host, port } }: Target): string {
	return `${host}:${port}`;
}

type Version = { number: number; words: string };

async function readVersion(client: TargetClient): Promise<Version> {
	const { rows } = await client.query<Version>(
		`select pg_catalog.current_setting('server_version_num')::int as number, pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) as words`,
	);
	if (!rows[0]) throw new Error('the server did not return its version');
	return rows[0];
}

function assertVersion({ target, place }: Places, { here, there }: { here: Version; there: Version }): void {
	const why = whyOtherVersion(here, there);
	if (!why) return;
	throw new StepFailed({
		code: 'rehearsal_server_differs',
		message: `The rehearsal server ${addressOf(place)} has PostgreSQL ${there.words}, ${target.name} has ${here.words}: ${why}.`,
		instead: `Nothing was copied. The deployer names a server of PostgreSQL ${majorOf(here)} for rehearsals, ${here.words} or a later minor release (rehearsal.server), or none: then the target’s own does it.`,
	});
}

function whyOtherVersion(here: Version, there: Version): string | null {
	if (majorOf(there) < majorOf(here)) return 'an older major version may not be able to restore the backup';
	if (majorOf(there) > majorOf(here)) return 'what works on a newer major version may not work on the target';
	return there.number < here.number ? 'an older minor release lacks what was corrected since' : null;
}

function majorOf({ number }: Version): number {
	return Math.floor(number / 10_000);
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

type Available = Extension & { usual: string };

async function readAvailable(client: TargetClient): Promise<Available[]> {
	const { rows } = await client.query<Available>(
		`select v.name, v.version, x.default_version as usual
		 from pg_catalog.pg_available_extension_versions v join pg_catalog.pg_available_extensions x using (name)`,
	);
	return rows;
}

function extensionsMissing(here: Extension[], there: Available[]): string[] {
	return here.flatMap(({ name, version }) => {
		const ofName = there.filter((one) => one.name === name);
		if (ofName.some((one) => one.version === version)) return [];
		const [other] = ofName;
		return [`it lacks the extension ${name} ${version}${other ? ` (it has ${other.usual})` : ''}`];
	});
}
