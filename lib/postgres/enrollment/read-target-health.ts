import type { Target } from '#lib/domain/target/target.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { durabilityFlaws, UNSAFE_SETTINGS_SQL } from '#lib/postgres/connection/durability.ts';

/** The state of a target, as the backup login sees it. */
export type TargetHealth = {
	/** As 15.14. */
	serverVersion: string;
	serverMajor: number;
	/** In recovery: it follows another server. */
	standby: boolean;
	/** `enrolled`: marker and pending decisions are there, and the run login may write them. */
	marker: 'enrolled' | 'no marker' | 'earlier version' | 'run login may not write';
	dataChecksums: boolean;
	/** A sentence for each setting under which a commit, or a backup, is less than it says. */
	durabilityFlaws: string[];
	/** What `synchronous_commit` is for everybody else: a run sets its own. */
	synchronousCommit: string;
	archiver: { mode: string; lastArchivedAt: string | null; failing: boolean };
	/** Of the restricted roles: those that do not exist, and those that row-level security does not hold. */
	rolesMissing: string[];
	rolesUnbound: string[];
};

type Row = {
	version: string;
	major: number;
	standby: boolean;
	marker: TargetHealth['marker'];
	checksums: boolean;
	unsafe: string;
	synchronousCommit: string;
	archiveMode: string;
	archivedAt: string | null;
	archiverFails: boolean;
	found: string;
	unbound: string;
};

/** Reads it on one connection, in one statement that may take `timeoutMs`. Throws when the target does not answer. */
export async function readTargetHealth(target: Target, { timeoutMs }: { timeoutMs: number }): Promise<TargetHealth> {
	const row = await withTarget(
		{ target, login: 'backup', applicationName: 'countersign health', signal: answerWithin() },
		async (client) => {
			await client.query(`set statement_timeout = ${timeoutMs}`);
			const { rows } = await client.query<Row>(HEALTH_SQL, [target.connection.logins.run.user, target.restrictedRoles]);
			return rows[0];
		},
	);
	if (!row) throw new Error('the server did not answer');
	const found = JSON.parse(row.found) as string[];
	return {
		serverVersion: row.version,
		serverMajor: row.major,
		standby: row.standby,
		marker: row.marker,
		dataChecksums: row.checksums,
		durabilityFlaws: durabilityFlaws(row.unsafe),
		synchronousCommit: row.synchronousCommit,
		archiver: { mode: row.archiveMode, lastArchivedAt: row.archivedAt, failing: row.archiverFails },
		rolesMissing: target.restrictedRoles.filter((role) => !found.includes(role)),
		rolesUnbound: JSON.parse(row.unbound) as string[],
	};
}

/** The archiver fails when its last failure is later than its last success. */
const HEALTH_SQL = `
	select pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) as version,
	       pg_catalog.current_setting('server_version_num')::int / 10000 as major,
	       pg_catalog.pg_is_in_recovery() as standby,
	       case when pg_catalog.to_regclass('countersign.marker') is null then 'no marker'
	            when pg_catalog.to_regclass('countersign.pending') is null then 'earlier version'
	            when exists (select from pg_catalog.pg_roles r where r.rolname = $1
	                          and pg_catalog.has_table_privilege(r.oid, pg_catalog.to_regclass('countersign.marker')::oid, 'INSERT')
	                          and pg_catalog.has_table_privilege(r.oid, pg_catalog.to_regclass('countersign.pending')::oid, 'INSERT')
	                          and pg_catalog.has_table_privilege(r.oid, pg_catalog.to_regclass('countersign.pending')::oid, 'DELETE')) then 'enrolled'
	            else 'run login may not write' end as marker,
	       pg_catalog.current_setting('data_checksums')::boolean as checksums,
	       ${UNSAFE_SETTINGS_SQL} as unsafe,
	       (select s.reset_val from pg_catalog.pg_settings s where s.name = 'synchronous_commit') as "synchronousCommit",
	       pg_catalog.current_setting('archive_mode') as "archiveMode",
	       pg_catalog.to_char(a.last_archived_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "archivedAt",
	       coalesce(a.last_failed_time > coalesce(a.last_archived_time, '-infinity'), false) as "archiverFails",
	       (select coalesce(pg_catalog.jsonb_agg(r.rolname), '[]') from pg_catalog.pg_roles r where r.rolname = any ($2)) as found,
	       (select coalesce(pg_catalog.jsonb_agg(r.rolname), '[]') from pg_catalog.pg_roles r
	         where r.rolname = any ($2) and (r.rolbypassrls or r.rolsuper)) as unbound
	  from pg_catalog.pg_stat_archiver a`;
