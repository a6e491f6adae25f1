import { escapeLiteral } from 'pg';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';

/** A database's own properties, which pg_dump leaves out: read with the dump, stored beside it, set again by a restore. */
export type DatabaseProperties = {
	v: 1;
	owner: string;
	encoding: string;
	collate: string;
	ctype: string;
	/** `c` libc, `i` ICU, `b` built in. */
	provider: string;
	/** ICU's or the built-in provider's locale. */
	locale: string | null;
	/** ICU's own rules beside those of the locale; missing in dumps of earlier versions, as the next one. */
	rules?: string | null;
	isTemplate?: boolean;
	tablespace: string;
	connectionLimit: number;
	comment: string | null;
	/** Null: the built-in default. Grants come before those that rest on them. */
	privileges: { grantor: string; grantee: string | null; privilege: string; grantable: boolean }[] | null;
	/** `role` null: for everyone. Each setting is `name=value`. */
	settings: { role: string | null; settings: string[] }[];
	/** Missing in dumps of earlier versions. A server that has not loaded the provider takes none. */
	labels?: { provider: string; label: string }[];
};

/** The file beside a dump that holds them, as canonical JSON. */
export const PROPERTIES_FILE = 'database.json';

/** These settings hold a list, whose elements are quoted one by one already (PostgreSQL's GUC_LIST_QUOTE). */
const LISTS = new Set([
	'search_path',
	'temp_tablespaces',
	'session_preload_libraries',
	'local_preload_libraries',
	'shared_preload_libraries',
	'unix_socket_directories',
]);

/** Reads the properties of a database: by default of the one that the client is connected to. */
export async function readDatabaseProperties(client: TargetClient, database: string | null = null): Promise<DatabaseProperties> {
	const { rows } = await client.query<{ properties: string }>(
		`
		select json_build_object('v', 1, 'owner', pg_get_userbyid(d.datdba), 'encoding', pg_encoding_to_char(d.encoding), 'collate', d.datcollate,
			'ctype', d.datctype, 'provider', d.datlocprovider, 'locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
			'rules', to_jsonb(d) ->> 'daticurules', 'isTemplate', d.datistemplate, 'tablespace', t.spcname, 'connectionLimit', d.datconnlimit, 'comment', shobj_description(d.oid, 'pg_database'),
			'privileges', case when d.datacl is not null then (
				select coalesce(json_agg(json_build_object('grantor', pg_get_userbyid(a.grantor), 'grantee', case when a.grantee <> 0 then pg_get_userbyid(a.grantee) end,
					'privilege', a.privilege_type, 'grantable', a.is_grantable) order by a.grantor <> d.datdba, a.ordinality), '[]')
				from aclexplode(d.datacl) with ordinality a) end,
			'settings', (select coalesce(json_agg(json_build_object('role', case when s.setrole <> 0 then pg_get_userbyid(s.setrole) end, 'settings', s.setconfig)
				order by s.setrole), '[]') from pg_db_role_setting s where s.setdatabase = d.oid),
			'labels', (select coalesce(json_agg(json_build_object('provider', l.provider, 'label', l.label) order by l.provider), '[]')
				from pg_shseclabel l where l.classoid = 'pg_database'::regclass and l.objoid = d.oid)) as properties
		  from pg_database d join pg_tablespace t on t.oid = d.dattablespace where d.datname = coalesce($1::name, current_database())`,
		[database],
	);
	if (!rows[0]) throw new Error('the server did not return the properties of this database');
	return JSON.parse(rows[0].properties);
}

/** CREATE DATABASE from template0 with the same owner, encoding, locale, tablespace and connection limit. */
export function createDatabaseSql(database: string, properties: DatabaseProperties): string {
	const { owner, encoding, collate, ctype, provider, locale, rules, tablespace, connectionLimit } = properties;
	const providerSql = {
		c: 'libc',
		i: `icu icu_locale ${escapeLiteral(locale ?? '')}${rules ? ` icu_rules ${escapeLiteral(rules)}` : ''}`,
		b: `builtin builtin_locale ${escapeLiteral(locale ?? '')}`,
	}[provider];
	if (!providerSql) throw new Error(`the database's locale provider is ${provider}, which the console does not know`);
	// template0 is in pg_default, and naming that needs a privilege which nobody has by default.
	const place = tablespace === 'pg_default' ? '' : `tablespace ${quoteIdentifier(tablespace)}`;
	return `create database ${quoteIdentifier(database)} with template template0 owner ${quoteIdentifier(owner)} encoding ${escapeLiteral(encoding)}
		locale_provider ${providerSql} lc_collate ${escapeLiteral(collate)} lc_ctype ${escapeLiteral(ctype)}
		${place} connection limit ${connectionLimit}`;
}

/**
 * Gives a new database its comment, settings and privileges. What the owner may do, a member of the owner may; what belongs to
 * another role is done as that role, unless the login is a superuser: it needs to be a member of those. The client is in another database.
 */
export async function applyDatabaseProperties(client: TargetClient, database: string, properties: DatabaseProperties): Promise<void> {
	const name = quoteIdentifier(database);
	// Some settings a superuser gave to a role, which could not give them to itself.
	const { rowCount: superuser } = await client.query('select from pg_catalog.pg_roles where rolname = current_user and rolsuper');
	if (properties.comment !== null) await client.query(`comment on database ${name} is ${escapeLiteral(properties.comment)}`);
	for (const { provider, label } of properties.labels ?? [])
		await client.query(`security label for ${quoteIdentifier(provider)} on database ${name} is ${escapeLiteral(label)}`);
	for (const { role, settings } of properties.settings) {
		const subject = role === null ? `database ${name}` : `role ${quoteIdentifier(role)} in database ${name}`;
		for (const setting of settings) await queryAs(client, superuser ? null : role, `alter ${subject} set ${settingSql(setting)}`);
	}
	await applyPrivileges(client, name, properties);
	if (properties.isTemplate) await client.query(`alter database ${name} with is_template true`);
}

/**
 * The same for a database that had them: REASSIGN OWNED and DROP OWNED in the live database reach every other one, so that it may have
 * lost its owner and privileges since.
 */
export async function giveBackDatabaseProperties(client: TargetClient, database: string, properties: DatabaseProperties): Promise<void> {
	const now = await readDatabaseProperties(client, database);
	if (canonicalBytes(now).equals(canonicalBytes(properties))) return;
	if (now.owner !== properties.owner)
		await client.query(`alter database ${quoteIdentifier(database)} owner to ${quoteIdentifier(properties.owner)}`);
	await applyDatabaseProperties(client, database, properties);
}

async function applyPrivileges(client: TargetClient, name: string, { owner, privileges }: DatabaseProperties): Promise<void> {
	if (privileges === null) {
		// What CREATE DATABASE gives: it was revoked while the database was being filled.
		await client.query(`grant connect, temporary on database ${name} to public`);
		return;
	}
	await client.query(`revoke all on database ${name} from public, ${quoteIdentifier(owner)}`);
	for (const { grantor, grantee, privilege, grantable } of privileges) {
		const to = grantee === null ? 'public' : quoteIdentifier(grantee);
		const grant = `grant ${privilege} on database ${name} to ${to}${grantable ? ' with grant option' : ''}`;
		await queryAs(client, grantor === owner ? null : grantor, grant);
	}
}

async function queryAs(client: TargetClient, role: string | null, sql: string): Promise<void> {
	if (role !== null) await client.query(`set role ${quoteIdentifier(role)}`);
	await client.query(sql);
	if (role !== null) await client.query('reset role');
}

/** A stored `name=value` as ALTER … SET takes it. */
export function settingSql(setting: string): string {
	const at = setting.indexOf('=');
	const name = setting.slice(0, at);
	const value = setting.slice(at + 1);
	const target = name.split('.').map(quoteIdentifier).join('.');
	if (!LISTS.has(name)) return `${target} to ${escapeLiteral(value)}`;
	return value === '' ? `${target} to ''` : `${target} to ${splitList(value).map(escapeLiteral).join(', ')}`;
}

/** The elements of a stored list: separated by commas, quoted with double quotes where they need it. */
function splitList(value: string): string[] {
	const elements = value.match(/"(?:[^"]|"")*"|[^,\s][^,]*/g) ?? [];
	return elements.map((e) => (e.startsWith('"') ? e.slice(1, -1).replaceAll('""', '"') : e.trim()));
}
