import { sessionsNeeded } from '#lib/domain/target/sessions-needed.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';

/** What a login of the console may do, as the transaction sees it. `most`: so many sessions at a time; -1 for any number. */
type Login = {
	name: string;
	most: number;
	signsIn: boolean;
	connects: boolean;
	connectsToMaintenance: boolean;
	isSuperuser: boolean;
	bypassesRowSecurity: boolean;
	readsEverything: boolean;
	seesSessions: boolean;
	endsSessions: boolean;
};
export type Logins = { database: string; most: number; sessions: number; logins: Login[] };

/** What is lost with each. A superuser may do all the others, so that stands last. */
const LOST: [Exclude<keyof Login, 'name' | 'most'>, (database: string) => string][] = [
	['signsIn', () => 'could not sign in'],
	['connects', (database) => `could not connect to ${database}`],
	['connectsToMaintenance', () => 'could not connect to the maintenance database'],
	['bypassesRowSecurity', () => 'would be subject to row-level security'],
	['readsEverything', () => 'could not read every row (pg_read_all_data)'],
	['seesSessions', () => 'could not see what others do (pg_monitor)'],
	['endsSessions', () => 'could not end sessions (pg_signal_backend)'],
	['isSuperuser', () => 'would be no superuser'],
];

/** Inside the transaction. A login that does not exist may do nothing. */
export async function readLogins(client: TargetClient, { connection }: Target): Promise<Logins> {
	const names = Object.values(connection.logins).map(({ user }) => user);
	const { rows } = await client.query<{ json: string }>(
		`select pg_catalog.jsonb_build_object('database', d.datname, 'most', d.datconnlimit,
			'sessions', (select pg_catalog.count(*) from pg_catalog.pg_stat_activity where datid = d.oid),
			'logins', (select pg_catalog.jsonb_agg(login order by login.name) from (
				select n.name, coalesce(r.rolconnlimit, 0) as most,
					coalesce(r.rolcanlogin and coalesce(r.rolvaliduntil > pg_catalog.clock_timestamp(), true), false) as "signsIn",
					coalesce(pg_catalog.has_database_privilege(r.oid, d.oid, 'CONNECT'), false) as connects,
					coalesce((select pg_catalog.has_database_privilege(r.oid, m.oid, 'CONNECT') from pg_catalog.pg_database m where m.datname = $2), false) as "connectsToMaintenance",
					coalesce(r.rolsuper, false) as "isSuperuser",
					coalesce(r.rolsuper or r.rolbypassrls, false) as "bypassesRowSecurity",
					coalesce(pg_catalog.pg_has_role(r.oid, 'pg_read_all_data', 'USAGE'), false) as "readsEverything",
					coalesce(pg_catalog.pg_has_role(r.oid, 'pg_monitor', 'USAGE'), false) as "seesSessions",
					coalesce(pg_catalog.pg_has_role(r.oid, 'pg_signal_backend', 'USAGE'), false) as "endsSessions"
				from (select distinct name from pg_catalog.unnest($1::text[]) name) n left join pg_catalog.pg_roles r on r.rolname = n.name) login))::text as json
		   from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()`,
		[names, connection.maintenanceDatabase],
	);
	if (!rows[0]) throw new Error('the database that this session is in was not found in pg_database');
	return JSON.parse(rows[0].json) as Logins;
}

/**
 * Right before COMMIT, inside the transaction: the console can still sign in and look at what it did, as before the bundle. After COMMIT it
 * could not even ask whether it happened.
 */
export async function assertLoginsStay(client: TargetClient, target: Target, before: Logins): Promise<void> {
	const now = await readLogins(client, target);
	const lost = now.logins.flatMap((login) => {
		const was = before.logins.find(({ name }) => name === login.name);
		const what = LOST.find(([right]) => was?.[right] && !login[right]);
		if (what) return [`${login.name} ${what[1](now.database)}`];
		return was && isLower(was.most, login.most) && login.most < sessionsNeeded(target)
			? [`${login.name} could have ${countWords(login.most, 'session')} at most, and a run may need ${sessionsNeeded(target)}`]
			: [];
	});
	const needed = now.sessions + sessionsNeeded(target);
	if (isLower(before.most, now.most) && now.most < needed)
		lost.push(`${now.database} would take ${countWords(now.most, 'session')} at most, and with those of now a run may need ${needed}`);
	if (lost.length === 0) return;
	throw new StepFailed({
		code: 'console_locked_out',
		message: `After this change the console could not do its work on ${target.name}: ${lost.join('; ')}.`,
		instead:
			'Rolled back: nothing was changed. Leave the console’s logins what they may do. If it must change, let the DBA do it outside a change, and enroll the target again.',
	});
}

function isLower(before: number, now: number): boolean {
	return now !== -1 && (before === -1 || now < before);
}
