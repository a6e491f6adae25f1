import { setTimeout as sleep } from 'node:timers/promises';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { APPLICATION_PREFIX, type TargetClient } from '#lib/postgres/connection/connect.ts';

const END_WITHIN_MS = 10_000;
const POLL_MS = 50;
/** `countersign lock <run's id>` and its like, but for the watching: it goes on after a run, and holds nothing that another run needs. */
const OF_A_RUN = `^${APPLICATION_PREFIX} (?!watch )[a-z]+ [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`;
const OWN = 'usename = session_user and pid <> pg_catalog.pg_backend_pid()';

/** The names of this login's own sessions for runs, in whichever database, and the ids of those runs. */
export async function listRunSessions(client: TargetClient): Promise<{ name: string; runId: string }[]> {
	const { rows } = await client.query<{ name: string; runId: string }>(
		`select distinct application_name as name, pg_catalog.right(application_name, 36) as "runId"
		   from pg_catalog.pg_stat_activity where ${OWN} and application_name ~ $1 order by 1`,
		[OF_A_RUN],
	);
	return rows;
}

/** Ends this login's own sessions of that name, and waits until they are gone. Throws after 10 s. */
export async function endSessionsNamed(client: TargetClient, name: string): Promise<void> {
	const deadline = performance.now() + END_WITHIN_MS;
	for (;;) {
		const { rowCount } = await client.query(
			`select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where ${OWN} and application_name = $1`,
			[name],
		);
		if (rowCount === 0) return;
		if (performance.now() >= deadline)
			throw new Error(`${countWords(rowCount ?? 0, 'session')} "${name}" did not end within ${END_WITHIN_MS / 1000} s`);
		await sleep(POLL_MS);
	}
}
