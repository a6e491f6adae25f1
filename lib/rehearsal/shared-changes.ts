import type { TargetClient } from '#lib/postgres/connection/connect.ts';

/** Catalogs that all databases of a server share, and what they hold. */
const SHARED = {
	pg_roles: 'roles',
	pg_auth_members: 'memberships of roles',
	pg_database: 'databases',
	pg_db_role_setting: 'settings of roles and databases',
	pg_tablespace: 'tablespaces',
	pg_shdescription: 'comments on roles, databases and tablespaces',
	pg_shseclabel: 'security labels of roles, databases and tablespaces',
	pg_parameter_acl: 'privileges on settings',
	pg_replication_origin: 'replication origins',
	// Once committed it would fetch what the live one waits for.
	pg_subscription: 'subscriptions',
} as const;

/** Of a subscription's row only these columns are for everybody. */
const COLUMNS: Partial<Record<string, string>> = { pg_subscription: '(t.oid, t.subdbid, t.subname, t.subowner, t.subenabled)' };

const CONTENTS = Object.keys(SHARED)
	.map(
		(table) =>
			`select '${table}' as name, pg_catalog.md5(pg_catalog.string_agg(${COLUMNS[table] ?? 't'}::text, '' order by ${COLUMNS[table] ?? 't'}::text)) as held from pg_catalog.${table} t`,
	)
	.join(' union all ');

/** A password shows in no view; whoever sets one holds this lock until the end. */
const TOUCHES_ROLES = `select exists (select from pg_catalog.pg_locks where pid = pg_catalog.pg_backend_pid() and locktype = 'relation' and database = 0
	and relation = 'pg_catalog.pg_authid'::regclass and mode not in ('AccessShareLock', 'RowShareLock')) as touched`;

/**
 * What a transaction that is still open has changed of what the whole server shares, in words; a copy of the database does not keep that from
 * the live one. Compared with what another session sees: what others change meanwhile may count too, never less.
 */
export async function readSharedChanges(inside: TargetClient, outside: TargetClient): Promise<string[]> {
	const ours = await contentsOf(inside);
	const theirs = await contentsOf(outside);
	const { rows } = await inside.query<{ touched: boolean }>(TOUCHES_ROLES);
	const differing = (Object.keys(SHARED) as (keyof typeof SHARED)[]).filter((name) => ours.get(name) !== theirs.get(name));
	const words = differing.map((name) => SHARED[name]);
	return rows[0]?.touched && !words.includes('roles') ? ['roles', ...words] : words;
}

async function contentsOf(client: TargetClient): Promise<Map<string, string | null>> {
	const { rows } = await client.query<{ name: string; held: string | null }>(CONTENTS);
	return new Map(rows.map(({ name, held }) => [name, held]));
}
