import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sample } from '#lib/domain/watching/sample.ts';
import { workOnRun } from '#lib/run/worker/work-on-run.ts';
import { approvedChange, execute, expectOk, type Setting, targetsOf } from '#tests/support/change.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { until } from '#tests/support/sql.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;

beforeAll(async () => {
	console_ = await openTestConsole();
	place = await openTestTarget();
	const target = place.define((definition) => Object.assign(definition, { logTable: { table: 'audit.service_logs' } }));
	setting = { console: console_, target };
});
afterAll(async () => {
	await console_?.close();
	await place?.close();
});

const log = (level: string) => place.sql(`insert into audit.service_logs (service, level, message) values ('tests', $1, 'x')`, [level]);

async function samplesOf(runId: string): Promise<(Sample & { after: boolean })[]> {
	const rows = await console_.sql<{ data: string; after: string }>(
		`select j.data, coalesce(j.at > r.ended_at, false) as after from journal_entry j join run r on r.id = j.run_id
		  where j.run_id = $1 and j.phase = 'sample' order by j.seq`,
		[runId],
	);
	return rows.map(({ data, after }) => ({ ...JSON.parse(data), after: after === 't' }));
}

test('the watching after a run counts on from where the run’s own ended, with what happened in between', async () => {
	const change = await approvedChange(setting, { files: { '1.sql': 'create table eng.made (id int)' } });
	const pause = await pauseAt(console_, { step: 'window', phase: 'passed' });
	const { runId } = expectOk(await execute(setting, change));
	const stopping = new AbortController();
	const input = { store: console_.store, targets: targetsOf(setting.target), runId, signal: stopping.signal };
	const working = workOnRun(input);
	try {
		await pause.reached();
		await log('WARN');
		await deadlock();
	} finally {
		await pause.release();
	}
	// By then the run is over, and its own watching as good as ended.
	const ending = await pauseAt(console_, { step: 'record', phase: 'passed' });
	try {
		await ending.reached();
		await log('ERROR');
	} finally {
		await ending.release();
	}
	try {
		await working;
		const after = await until('samples after the run', async () => {
			const seen = (await samplesOf(runId)).filter((sample) => sample.after);
			return seen.length > 1 && seen;
		});
		expect(after[0]?.response).toMatchObject({ ms: expect.any(Number) });
		expect(after.at(-1)).toMatchObject({ errors: { byLevel: { WARN: 1, ERROR: 1 }, sinceBegin: 1 }, deadlocks: 1 });
		const wal = (await samplesOf(runId)).map((sample) => sample.wal.bytes);
		expect(wal).toEqual(wal.toSorted((a, b) => a - b));
	} finally {
		stopping.abort();
		await working;
	}
});

async function deadlock(): Promise<void> {
	const [a, b] = [await place.session(), await place.session()];
	await a.query(`set deadlock_timeout = '50ms'; begin; lock table eng.strategic_directives`);
	await b.query(`set deadlock_timeout = '50ms'; begin; lock table audit.change_log`);
	await Promise.allSettled([a.query('lock table audit.change_log'), b.query('lock table eng.strategic_directives')]);
	await Promise.all([a.end(), b.end()]);
}
