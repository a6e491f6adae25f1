import type { Target } from '#lib/domain/target/target.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { describeSqlError } from '#lib/postgres/connection/describe-sql-error.ts';
import { sqlstateOf } from '#lib/postgres/connection/sqlstates.ts';

/** Libraries that PostgreSQL loads when one of our sessions of this database begins. One that is not there ends every new session. */
export async function readPreloads(client: TargetClient, { connection }: Target): Promise<string[]> {
	const { rows } = await client.query<{ library: string }>(
		`select distinct case when setting.name = 'local_preload_libraries' and library !~ '/' then '$libdir/plugins/' || library else library end as library
		   from pg_catalog.pg_db_role_setting s
			cross join lateral pg_catalog.unnest(s.setconfig) config
			cross join lateral (select pg_catalog.split_part(config, '=', 1) as name, pg_catalog.substr(config, pg_catalog.strpos(config, '=') + 1) as value) setting
			cross join lateral (select pg_catalog.btrim(part, ' "') as library from pg_catalog.string_to_table(setting.value, ',') part) named
		  where setting.name in ('session_preload_libraries', 'local_preload_libraries') and library <> ''
			and s.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
			and (s.setrole = 0 or s.setrole in (select oid from pg_catalog.pg_roles where rolname = any ($1)))`,
		[Object.values(connection.logins).map(({ user }) => user)],
	);
	return rows.map(({ library }) => library);
}

/** Right before COMMIT, inside the transaction: a library that the bundle has every new session load can be loaded. */
export async function assertSessionsBegin(client: TargetClient, target: Target, before: string[]): Promise<void> {
	for (const library of await readPreloads(client, target)) {
		if (before.includes(library)) continue;
		const sql = `load ${client.escapeLiteral(library)}`;
		await client.query(sql).catch((error: unknown) => {
			// A session that was ended, or a statement that was cancelled, says nothing about the library.
			if (sqlstateOf(error)?.startsWith('57') !== false) throw error;
			const described = describeSqlError(error, { sql });
			throw new StepFailed(
				{
					...described,
					code: 'console_locked_out',
					message: `After this change every new session on ${target.name} would load ${library}, and here that fails: ${described.message}.`,
					instead: 'Rolled back: nothing was changed. Install the library first, or leave it out of the setting.',
				},
				{ cause: error },
			);
		});
	}
}
