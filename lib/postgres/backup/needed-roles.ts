import { escapeLiteral } from 'pg';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import { settingSql } from './database-properties.ts';

type Membership = { group: string; member: string; grantor: string; admin: boolean; inherit: boolean | null; set: boolean | null };

/** A role that a dump names. Roles belong to the cluster: a restore needs them there, and what a role is is kept for that. */
export type NeededRole = {
	oid: string;
	name: string;
	/** It owns something, has granted something, or has settings of its own in the database, and the restore login could become it. */
	becomes: boolean;
	superuser: boolean;
	inherits: boolean;
	createsRoles: boolean;
	createsDatabases: boolean;
	signsIn: boolean;
	replicates: boolean;
	bypassesPolicies: boolean;
	connectionLimit: number;
	validUntil: string | null;
	/** In every database; each is `name=value`. */
	settings: string[];
	comment: string | null;
	memberships: Membership[];
};

/** SQL: every access control list of the database, with the owner of what it is of. */
const LISTS = `select relowner as owner, relacl as list from pg_catalog.pg_class
	union all select c.relowner, a.attacl from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
	union all select nspowner, nspacl from pg_catalog.pg_namespace
	union all select proowner, proacl from pg_catalog.pg_proc
	union all select typowner, typacl from pg_catalog.pg_type
	union all select lanowner, lanacl from pg_catalog.pg_language
	union all select fdwowner, fdwacl from pg_catalog.pg_foreign_data_wrapper
	union all select srvowner, srvacl from pg_catalog.pg_foreign_server
	union all select lomowner, lomacl from pg_catalog.pg_largeobject_metadata
	union all select datdba, datacl from pg_catalog.pg_database where datname = pg_catalog.current_database()`;

/** SQL: who has granted what belongs to somebody else, as OIDs: a restore grants it as them again. */
export const GRANTORS = `select x.grantor from (${LISTS}) l cross join lateral pg_catalog.aclexplode(l.list) x where l.list is not null and x.grantor <> l.owner`;

/** Dependencies on the bootstrap superuser are written nowhere; it cannot be dropped. */
const NAMED = `select s.refobjid as oid, s.deptype = 'o' and s.classid <> 'pg_catalog.pg_extension'::regclass as becomes from pg_catalog.pg_shdepend s cross join db
	 where s.refclassid = 'pg_catalog.pg_authid'::regclass
		and (s.dbid = db.oid or s.dbid = 0 and s.classid = 'pg_catalog.pg_database'::regclass and s.objid = db.oid)
	union all select grantor, true from (${GRANTORS}) g
	union all select s.setrole, true from pg_catalog.pg_db_role_setting s cross join db where s.setdatabase = db.oid and s.setrole <> 0`;

/** SQL: whether the login can become the role, both as OIDs or names. PostgreSQL 16 made SET an option of a membership. */
export const canBecome = (login: string, role: string) => `case when pg_catalog.current_setting('server_version_num')::int < 160000
	then pg_catalog.pg_has_role(${login}, ${role}, 'MEMBER') else pg_catalog.pg_has_role(${login}, ${role}, 'SET') end`;

/** The roles that the database which the client is connected to names, by name. Any login may read them. */
export async function readNeededRoles(client: TargetClient, restoreLogin: string): Promise<NeededRole[]> {
	const { rows } = await client.query<{ role: string }>(
		`
		with db as (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()), named as (${NAMED})
		select json_build_object('oid', r.oid::text, 'name', r.rolname,
			'becomes', n.becomes and ${canBecome('$1::name', 'r.oid')}, 'superuser', r.rolsuper, 'inherits', r.rolinherit,
			'createsRoles', r.rolcreaterole, 'createsDatabases', r.rolcreatedb, 'signsIn', r.rolcanlogin, 'replicates', r.rolreplication,
			'bypassesPolicies', r.rolbypassrls, 'connectionLimit', r.rolconnlimit, 'validUntil', r.rolvaliduntil::text,
			'settings', coalesce((select to_json(s.setconfig) from pg_catalog.pg_db_role_setting s where s.setdatabase = 0 and s.setrole = r.oid), '[]'),
			'comment', pg_catalog.shobj_description(r.oid, 'pg_authid'),
			'memberships', (select coalesce(json_agg(json_build_object('group', pg_catalog.pg_get_userbyid(m.roleid), 'member', pg_catalog.pg_get_userbyid(m.member),
				'grantor', pg_catalog.pg_get_userbyid(m.grantor), 'admin', m.admin_option, 'inherit', to_jsonb(m) -> 'inherit_option', 'set', to_jsonb(m) -> 'set_option')
				order by m.roleid, m.member), '[]') from pg_catalog.pg_auth_members m where m.roleid = r.oid or m.member = r.oid)) as role
		  from (select oid, bool_or(becomes) as becomes from named group by oid) n join pg_catalog.pg_roles r on r.oid = n.oid
		 where r.rolname !~ '^pg_' order by r.rolname`,
		[restoreLogin],
	);
	return rows.map(({ role }) => JSON.parse(role) as NeededRole);
}

/** What has become of roles that a restore needs, as the client's own transaction sees it. `now` is the name that it has instead. */
export type MissingRole = { role: NeededRole; now: string | null };

/** The roles that are gone, or have another name. One that was dropped and made anew under its name is there. */
export async function findMissingRoles(client: TargetClient, needed: readonly NeededRole[]): Promise<MissingRole[]> {
	const { rows } = await client.query<{ oid: string; name: string }>('select oid::text as oid, rolname as name from pg_catalog.pg_roles');
	const names = new Set(rows.map(({ name }) => name));
	const byOid = new Map(rows.map(({ oid, name }) => [oid, name]));
	return needed.filter(({ name }) => !names.has(name)).map((role) => ({ role, now: byOid.get(role.oid) ?? null }));
}

/**
 * Before a restore: makes the roles again that it needs and that are gone, but for their passwords, and gives back the names of those that
 * were renamed. All or none. Returns the names of the roles that were made. The client's login must be a superuser when any is missing.
 */
export async function makeRolesAgain(client: TargetClient, needed: readonly NeededRole[]): Promise<string[]> {
	const missing = await findMissingRoles(client, needed);
	if (missing.length === 0) return [];
	const renamed = missing.flatMap(({ role, now }) =>
		now === null ? [] : [`alter role ${quoteIdentifier(now)} rename to ${quoteIdentifier(role.name)}`],
	);
	const gone = missing.filter(({ now }) => now === null).map(({ role }) => role);
	await client.query('begin');
	try {
		for (const sql of [...renamed, ...gone.flatMap(createStatements)]) await client.query(sql);
		for (const membership of gone.flatMap((role) => role.memberships)) await grantMembership(client, membership);
		await client.query('commit');
	} catch (error) {
		await client.query('rollback');
		const names = missing.map(({ role }) => role.name).join(', ');
		throw new Error(`the backup needs roles that are gone (${names}), and they could not be made again: ${(error as Error).message}`, {
			cause: error,
		});
	}
	return gone.map(({ name }) => name);
}

function createStatements(role: NeededRole): string[] {
	const name = quoteIdentifier(role.name);
	const may = (word: string, does: boolean) => (does ? word : `no${word}`);
	const attributes = [
		may('superuser', role.superuser),
		may('inherit', role.inherits),
		may('createrole', role.createsRoles),
		may('createdb', role.createsDatabases),
		may('login', role.signsIn),
		may('replication', role.replicates),
		may('bypassrls', role.bypassesPolicies),
		`connection limit ${role.connectionLimit}`,
		...(role.validUntil === null ? [] : [`valid until ${escapeLiteral(role.validUntil)}`]),
	];
	return [
		`create role ${name} ${attributes.join(' ')}`,
		...role.settings.map((setting) => `alter role ${name} set ${settingSql(setting)}`),
		...(role.comment === null ? [] : [`comment on role ${name} is ${escapeLiteral(role.comment)}`]),
	];
}

/** The other side may be gone as well, and not be needed: then there is nothing to be a member of. */
async function grantMembership(client: TargetClient, { group, member, grantor, admin, inherit, set }: Membership): Promise<void> {
	const { rowCount } = await client.query('select from pg_catalog.pg_roles where rolname in ($1, $2)', [group, member]);
	if (rowCount !== 2) return;
	const options = inherit === null ? (admin ? ' with admin option' : '') : ` with admin ${admin}, inherit ${inherit}, set ${set}`;
	const grant = `grant ${quoteIdentifier(group)} to ${quoteIdentifier(member)}${options}`;
	const { rowCount: known } = await client.query('select from pg_catalog.pg_roles where rolname = $1', [grantor]);
	await client.query(known === 1 ? `${grant} granted by ${quoteIdentifier(grantor)}` : grant);
}
