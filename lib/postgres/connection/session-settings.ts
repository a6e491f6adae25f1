/**
 * What every session of ours sets, whatever the server, the database or the role has as its default: nothing there may end our sessions,
 * or change what they do. How values are read and written (DateStyle, TimeZone, search_path) stays the database's own: a bundle and the
 * application's smoke tests mean what they mean there.
 */
const SESSION_SETTINGS = {
	statement_timeout: '0',
	lock_timeout: '0',
	idle_in_transaction_session_timeout: '0',
	idle_session_timeout: '0',
	transaction_timeout: '0', // PostgreSQL 17 and newer
	default_transaction_read_only: 'off',
	default_transaction_isolation: 'read committed',
	default_transaction_deferrable: 'off',
	session_replication_role: 'origin',
	event_triggers: 'on', // 17 and newer. Our logins sign in with `off` (see enroll-sql.ts)
	row_security: 'on',
	client_min_messages: 'notice',
	standard_conforming_strings: 'on',
	check_function_bodies: 'on',
	quote_all_identifiers: 'off',
};

/**
 * As options of every connection: whoever signs in is who acts, whatever `ALTER ROLE … SET role` or `ALTER DATABASE … SET role` has. Said while
 * connecting, so that RESET ROLE comes back to it.
 */
export const SIGNED_IN_AS_ITSELF = '-c role=none';

/** As options of libpq's programs, which set the rest themselves. `transaction_timeout` is unknown to servers before 17. */
export const PROGRAM_SETTINGS: Readonly<Record<string, string>> = {
	role: 'none',
	client_connection_check_interval: '1s',
	statement_timeout: '0',
	lock_timeout: '0',
	idle_in_transaction_session_timeout: '0',
	idle_session_timeout: '0',
	default_transaction_read_only: 'off',
	default_transaction_isolation: 'read\\ committed',
};

/** Those that the server knows and that differ: setting some, even to what they are, is a superuser's alone. */
const SET_ALL = `select pg_catalog.set_config(ours.name, ours.value, false)
	from (values ${Object.entries(SESSION_SETTINGS)
		.map(([name, value]) => `('${name}', '${value}')`)
		.join(', ')}) ours (name, value)
	join pg_catalog.pg_settings theirs on theirs.name = ours.name
	where theirs.setting <> ours.value`;

/** COMMIT is answered when it is on disk, here at least; `remote_apply` promises more and is kept. */
const DURABLE = `select pg_catalog.set_config('synchronous_commit', 'on', false)
	where pg_catalog.current_setting('synchronous_commit') not in ('on', 'remote_apply')`;

type Asker = { query: (sql: string) => Promise<unknown> };

/** Right after connecting, and whenever a session may have been changed. */
export async function setSession(client: Asker): Promise<void> {
	await client.query(SET_ALL);
	await makeCommitDurable(client);
}

/** Right before a COMMIT that people are told of. */
export async function makeCommitDurable(client: Asker): Promise<void> {
	await client.query(DURABLE);
}
