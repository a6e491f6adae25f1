import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readTargetChecks } from '#lib/views/read-target-checks.ts';
import { approvedChange, execute, executeToEnd, expectOk, readRun, runBundle, runToEnd, type Setting } from '#tests/support/change.ts';
import { type Look, lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

const FIRST = { files: { '1.sql': 'create table eng.first (id int)' } };
const SECOND = { files: { '1.sql': 'create table eng.second (id int)' } };
let console_: TestConsole;
let place: TestTarget;
let setting: Setting;

beforeAll(async () => {
	console_ = await openTestConsole();
	// The checks of the targets page ask where the worker is.
	vi.stubEnv('COUNTERSIGN_DATABASE_URL', console_.appUrl);
	vi.stubEnv('COUNTERSIGN_TARGETS', 'targets.yaml');
	vi.stubEnv('NEXTAUTH_URL', 'https://console.example');
	vi.stubEnv('NEXTAUTH_SECRET', 'a secret that nobody uses in these tests');
});
afterAll(async () => {
	vi.unstubAllEnvs();
	await console_?.close();
});
beforeEach(async () => {
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
});
afterEach(async () => {
	await console_.sql(`update run set status = 'restored' where status in ('queued', 'running', 'awaiting_restore', 'restoring')`);
	await place?.close();
});

async function pending(): Promise<string[]> {
	return (await place.sql<{ run_id: string }>('select run_id from countersign.pending')).map((row) => row.run_id);
}

async function sayPending(runId: string): Promise<void> {
	await place.sql(
		`insert into countersign.pending (run_id, console, change, operator) values ($1, 'https://other.example', 'CHG-7', 'Olga')`,
		[runId],
	);
}

async function expectRefused(before: Look, code: string): Promise<void> {
	const called = place.application.calls.length;
	const run = await executeToEnd(setting, await approvedChange(setting, SECOND));
	expect(run, run.failure?.message).toMatchObject({ status: 'rolled_back', xid: null, failure: { code } });
	expect(await lookAt(place)).toEqual(before);
	expect(place.application.calls.slice(called)).not.toContain('POST maintenance/enable');
}

const enrolledCheck = async () => (await readTargetChecks(setting.target)).find((check) => check.name === 'Enrolled');

describe('a run that is over', () => {
	test('leaves nothing pending when it has succeeded', async () => {
		expect(await runBundle(setting, FIRST)).toMatchObject({ status: 'succeeded' });
		expect(await pending()).toEqual([]);
	});

	test('leaves nothing pending when it was rolled back', async () => {
		expect(await runBundle(setting, { files: { '1.sql': 'select 1 / 0' } })).toMatchObject({ status: 'rolled_back' });
		expect(await pending()).toEqual([]);
	});

	test('stays pending where the target does not let it go: the page says so, and the next run of this console removes it', async () => {
		const change = await approvedChange(setting, FIRST);
		const pause = await pauseAt(console_, { step: 'smoke tests', phase: 'passed' });
		const { runId } = expectOk(await execute(setting, change));
		const ending = runToEnd(setting, runId);
		await pause.reached();
		await place.sql('revoke delete on countersign.pending from countersign_run');
		await pause.release();
		expect(await ending).toMatchObject({ status: 'succeeded', changeStatus: 'succeeded' });
		expect(await pending()).toEqual([runId]);
		const notices = await console_.sql(`select data->>'message' as said from journal_entry where run_id = $1 and phase = 'notice'`, [
			runId,
		]);
		expect(notices).toContainEqual({ said: expect.stringContaining('still says that this run is pending') });

		await place.sql('grant delete on countersign.pending to countersign_run');
		const next = await executeToEnd(setting, await approvedChange(setting, SECOND));
		expect(next, next.failure?.message).toMatchObject({ status: 'succeeded' });
		expect(await pending()).toEqual([]);
		const removed = (await readRecord(console_)).filter((entry) => entry.kind === 'run.leftover_removed');
		expect(removed.map(({ subject, data }) => ({ runId: subject.runId, data }))).toContainEqual({
			runId: next.runId,
			data: { pending: runId },
		});
	});
});

describe('a decision that is pending', () => {
	test('of another console is refused at the claim, before maintenance mode is on', async () => {
		await sayPending('6f0b8a55-6d68-4d4c-9d0e-0e7e2f1f6a01');
		await expectRefused(await lookAt(place), 'decision_pending');
	});

	test('of a run of this console that ended unknown is refused: nobody has settled it', async () => {
		const { runId } = await runBundle(setting, FIRST);
		await console_.sql(`update run set status = 'unknown' where id = $1`, [runId]);
		await sayPending(runId);
		await expectRefused(await lookAt(place), 'decision_pending');
	});

	test('of a run of this console that waits, on the same database under another name, is another run under way', async () => {
		const { runId } = await runBundle(setting, FIRST);
		await console_.sql(`update run set status = 'awaiting_restore', target = 'the same by another name' where id = $1`, [runId]);
		await sayPending(runId);
		await expectRefused(await lookAt(place), 'another_run');
	});

	test('is never two: whatever a console does, the table holds one row', async () => {
		await sayPending('6f0b8a55-6d68-4d4c-9d0e-0e7e2f1f6a01');
		await expect(sayPending('6f0b8a55-6d68-4d4c-9d0e-0e7e2f1f6a02')).rejects.toMatchObject({ code: '23505' });
	});
});

describe('a target that an earlier version has enrolled', () => {
	test('is refused at the claim with what to do, and the targets page says it', async () => {
		await place.sql('drop table countersign.pending');
		await expectRefused(await lookAt(place), 'not_enrolled');
		expect(await enrolledCheck()).toMatchObject({ state: 'bad', words: expect.stringContaining('npm run enroll') });
	});

	test('is refused where the run login may not write what is pending', async () => {
		await place.sql('revoke delete on countersign.pending from countersign_run');
		await expectRefused(await lookAt(place), 'not_enrolled');
		expect(await enrolledCheck()).toMatchObject({ state: 'bad' });
	});

	test('is enrolled, and readable, by the SQL of this version', async () => {
		expect(await enrolledCheck()).toMatchObject({ state: 'good' });
	});
});

test('a run that waits for its decision is pending in the target while it waits', async () => {
	const manifest = {
		smokeTests: [
			{
				name: 'Only inside',
				role: 'ehg_app',
				sql: `select current_setting('application_name') like 'countersign run %'`,
				expect: { value: true },
			},
		],
	};
	const { runId } = await runBundle(setting, { ...FIRST, manifest });
	expect(await readRun(console_, runId)).toMatchObject({ status: 'awaiting_restore' });
	expect(await pending()).toEqual([runId]);
	expect(await place.sql('select console, operator from countersign.pending')).toEqual([
		{ console: 'https://console.example', operator: expect.stringContaining('Olga') },
	]);
});
