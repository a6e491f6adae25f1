import { afterAll, beforeAll, expect, test } from 'vitest';
import { approvedChange, execute, expectOk, readRun, runToEnd, type Setting } from '#tests/support/change.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { until } from '#tests/support/sql.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;

beforeAll(async () => {
	console_ = await openTestConsole();
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
});
afterAll(async () => {
	await console_?.close();
	await place?.close();
});

const GATE = 8088;

/** A run whose transaction is interrupted, and beside it something else happens to the target. */
async function interruptedWhile(sql: string) {
	const files = { '1.sql': 'create table eng.made ();', '2.sql': `select pg_advisory_xact_lock(${GATE})` };
	const change = await approvedChange(setting, { files });
	// A gate held before the backup would be a session that the quiescence gate waits for.
	const pause = await pauseAt(console_, { step: 'trial', phase: 'passed' });
	const { runId } = expectOk(await execute(setting, change));
	const ending = runToEnd(setting, runId);
	await pause.reached();
	const holder = await place.session();
	await holder.query(`select pg_advisory_lock(${GATE})`);
	await pause.release();
	const waiting = `select pid from pg_locks where locktype = 'advisory' and objid = ${GATE} and not granted
		and database = (select oid from pg_database where datname = current_database())`;
	await until('the run at the gate', async () => (await place.sql(waiting)).length > 0);
	await place.sql(sql);
	await place.sql(`select pg_terminate_backend(pid) from (${waiting}) as waiter`);
	const run = await ending;
	await holder.end();
	const ended = (await readRecord(console_)).filter((entry) => entry.kind === 'run.ended' && entry.subject.runId === runId);
	return { run, ended };
}

/** What must be so whichever way it could not be shown that nothing changed. */
async function expectNothingCommittedYetUnproved({ run, ended }: Awaited<ReturnType<typeof interruptedWhile>>, says: string) {
	expect(await readRun(console_, run.runId)).toMatchObject({
		status: 'unknown',
		truth: { kind: 'nothing_committed' },
		changeStatus: 'unknown',
	});
	expect(run.failure?.message).toContain('Nothing was committed.');
	expect(run.failure?.message).toContain(says);
	expect(ended.map((entry) => entry.data.outcome)).toEqual(['unknown']);
	expect(String(ended[0]?.data.summary)).not.toContain('not known whether COMMIT');
	expect(place.application.maintenance()).toBe(true);
	const markers = await place.sql('select tombstone from countersign.marker where run_id = $1', [run.runId]);
	expect(markers).toEqual([{ tombstone: 't' }]);
}

test('a catalog that somebody else changed during the transaction is not called as before, nor is COMMIT called unknown', async () => {
	await expectNothingCommittedYetUnproved(
		await interruptedWhile('create table eng.by_somebody_else ()'),
		'The catalog is not what it was before',
	);
	await place.sql('drop table eng.by_somebody_else');
});

test('a catalog that cannot be read after the transaction had begun proves nothing: maintenance mode stays on', async () => {
	const { database } = place;
	const interrupted = await interruptedWhile(`revoke connect on database ${database} from countersign_backup`);
	await expectNothingCommittedYetUnproved(interrupted, 'The catalog could not be read again');
	await place.sql(`grant connect on database ${database} to countersign_backup`);
});
