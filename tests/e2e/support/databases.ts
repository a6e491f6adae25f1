import { type RecordedEntry, readRecord } from '#tests/support/read-record.ts';
import { query, type Row, until } from '#tests/support/sql.ts';
import { stage, type TargetName } from '../stage/stage.ts';

/** One query in the console's database, as the superuser. Values come as text. */
export function inConsole<T extends Row = Row>(sql: string, values?: unknown[]): Promise<T[]> {
	return query<T>(stage().consoleDatabase, sql, values);
}

/** One query in a target, as the superuser. Values come as text. */
export function inTarget<T extends Row = Row>(target: TargetName, sql: string, values?: unknown[]): Promise<T[]> {
	return query<T>(stage().targets[target].database, sql, values);
}

export type SeenRun = { id: string; status: string; change_status: string; truth: string };

/** The latest run of a change, as the console's database has it. */
export async function latestRun(changeNumber: number): Promise<SeenRun> {
	const [run] = await runsOf(changeNumber);
	if (!run) throw new Error(`change ${changeNumber} has no run`);
	return run;
}

/** All runs of a change, the latest first. */
export function runsOf(changeNumber: number): Promise<SeenRun[]> {
	return inConsole<SeenRun>(
		`select r.id, r.status, c.status as change_status, r.truth->>'kind' as truth
		 from run r join change c on c.id = r.change_id where c.number = $1 order by r.number desc`,
		[changeNumber],
	);
}

/** The runs that ended since, each in a line that says how. */
export async function endedSince(since: Date): Promise<string[]> {
	const ended = await inConsole<{ said: string }>(
		`select format('run %s of CHG-%s ended %s: %s', r.number, c.number, r.status, coalesce(r.failure::text, 'no failure')) as said
		 from run r join change c on c.id = r.change_id where r.ended_at >= $1 order by r.ended_at`,
		[since],
	);
	return ended.map(({ said }) => said);
}

/** Waits until the latest run of a change has this status in the database. */
export function runReaches(changeNumber: number, status: string, withinMs = 90_000): Promise<SeenRun> {
	return until(
		`run of change ${changeNumber}: ${status}`,
		async () => {
			const run = await latestRun(changeNumber);
			return run.status === status && run;
		},
		withinMs,
	);
}

/** Entries of the record about a change, oldest first. The whole chain is computed again on the way. */
export async function recordOf(changeNumber: number): Promise<RecordedEntry[]> {
	const name = `CHG-${changeNumber}`;
	return (await readRecord({ sql: inConsole })).filter((entry) => entry.subject.change === name);
}

/** What the target's application reports: whether it is in maintenance mode. */
export async function inMaintenance(target: TargetName): Promise<boolean> {
	const answer = await fetch(`${stage().targets[target].application}/api/maintenance`);
	return ((await answer.json()) as { maintenance: boolean }).maintenance;
}

/** Tells the target's application how to behave from now on. */
export async function misbehave(target: TargetName, mode: string): Promise<void> {
	const answer = await fetch(`${stage().targets[target].application}/misbehave`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ mode }),
	});
	if (!answer.ok) throw new Error(`the application does not misbehave: ${await answer.text()}`);
}
