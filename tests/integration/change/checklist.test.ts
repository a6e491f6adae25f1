import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { closeChange } from '#lib/change/close-change.ts';
import { tickChecklist } from '#lib/change/tick-checklist.ts';
import { type ChecklistItem, type ChecklistState, checklistOf } from '#lib/domain/checklist.ts';
import { readChanges } from '#lib/views/read-changes.ts';
import { readChecklist } from '#lib/views/run/read-checklist.ts';
import { confirm, expectOk, readRun, runBundle, runToEnd, type Setting } from '#tests/support/change.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;

beforeAll(async () => {
	console_ = await openTestConsole();
});
afterAll(() => console_?.close());
beforeEach(async () => {
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
});
afterEach(async () => {
	await console_.sql(`update run set status = 'restored' where status in ('queued', 'running', 'awaiting_restore', 'restoring')`);
	await place?.close();
});

const BUNDLE = {
	files: { '1.sql': 'create table eng.made (id int)' },
	manifest: { smokeTests: [{ name: 'Teams are there', role: 'ehg_app', sql: 'select count(*) from eng.teams', expect: { atLeast: 1 } }] },
};
/** The watching after a run has ended. */
const later = () => new Date(Date.now() + 11 * 60_000);

async function say(changeId: string, item: ChecklistItem, state: ChecklistState, note = '') {
	return tickChecklist({ store: console_.store, actor: await console_.actor('olga'), changeId, item, state, note, now: new Date() });
}

/** What the watching would have seen at the end of those minutes. */
async function watched(runId: string, { response = { ms: 12 }, errors = 0 }: { response?: object; errors?: number } = {}): Promise<void> {
	const { endedAt } = await console_.store.run.findUniqueOrThrow({ where: { id: runId }, select: { endedAt: true } });
	const at = new Date((endedAt?.getTime() ?? 0) + 10 * 60_000);
	const sample = {
		at: at.toISOString(),
		errors: { byLevel: { ERROR: errors }, sinceBegin: errors },
		response,
		cpu: { percent: 3, source: 'proc' },
	};
	const limits = { errors: 1, deadlocks: 5, responseMs: 5000, cpuPercent: 80, cpuRequired: false, waitingBehindUsMs: 5000 };
	for (const [phase, data] of [
		['limits', limits],
		['sample', sample],
	])
		await console_.sql(
			`insert into journal_entry (run_id, seq, at, step, phase, data)
			 select $1, coalesce(max(seq), 0) + 1, $2, 'watch', $3, $4 from journal_entry where run_id = $1`,
			[runId, at.toISOString(), phase, JSON.stringify(data)],
		);
}

const refused = (message: RegExp) => ({
	ok: false,
	refusal: { code: 'invalid', message: expect.stringMatching(message), findings: [], fields: {} },
});
const changeOf = (changeId: string) => console_.sql('select status, closed_as from change where id = $1', [changeId]);

test('measurements answer what they can, nobody says "passed" against one, and the last answer closes the change as succeeded', async () => {
	const { runId, change } = await runBundle(setting, BUNDLE);
	await watched(runId, { response: { ms: null, error: 'connection refused' } });
	const rows = await readChecklist(console_.store, { runId, outcome: 'succeeded', now: later() });
	expect(rows.map(({ item, measured }) => [item, measured?.state ?? null])).toEqual([
		['smoke_tests', 'passed'],
		['no_errors', 'passed'],
		['health', 'failed'],
		['audit_log', 'passed'],
		['performance', 'failed'],
		['complaints', null],
		['backup', 'passed'],
		['way_back', 'passed'],
	]);
	expect(await say(change.changeId, 'health', 'passed')).toEqual(refused(/was measured, and it failed: .*connection refused/));
	expect(await say(change.changeId, 'health', 'failed')).toEqual(refused(/Say in a note why/));
	expect(await say(change.changeId, 'restored_checked', 'passed', 'x')).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
	expect(await console_.sql('select count(*) as n from checklist_tick where run_id = $1', [runId])).toEqual([{ n: '0' }]);
	expectOk(await say(change.changeId, 'health', 'failed', 'A switch was down; fixed at 02:40.'));
	expectOk(await say(change.changeId, 'performance', 'not_applicable', 'The same switch.'));
	// The errors are still being counted: by hand it needs a reason.
	expect(await say(change.changeId, 'no_errors', 'passed')).toEqual(refused(/was not measured .* Say in a note how you know/));
	expect(expectOk(await say(change.changeId, 'complaints', 'passed'))).toEqual({ closed: false });
	const close = async (now: Date) =>
		closeChange({ store: console_.store, actor: await console_.actor('olga'), changeId: change.changeId, now });
	expect(await close(new Date())).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
	expectOk(await close(later()));
	expect(await changeOf(change.changeId)).toEqual([{ status: 'closed', closed_as: 'succeeded' }]);
	expect(
		await console_.sql('select item, state, measured, person_id is null as alone from checklist_tick where run_id = $1 order by item', [
			runId,
		]),
	).toEqual([
		{ item: 'audit_log', state: 'passed', measured: 'passed', alone: 't' },
		{ item: 'backup', state: 'passed', measured: 'passed', alone: 't' },
		{ item: 'complaints', state: 'passed', measured: null, alone: 'f' },
		{ item: 'health', state: 'failed', measured: 'failed', alone: 'f' },
		{ item: 'no_errors', state: 'passed', measured: 'passed', alone: 't' },
		{ item: 'performance', state: 'not_applicable', measured: 'failed', alone: 'f' },
		{ item: 'smoke_tests', state: 'passed', measured: 'passed', alone: 't' },
		{ item: 'way_back', state: 'passed', measured: 'passed', alone: 't' },
	]);
	const closed = (await readRecord(console_)).filter(({ kind }) => kind === 'change.closed').at(-1);
	expect(closed?.data).toMatchObject({
		outcome: 'succeeded',
		checklist: expect.arrayContaining([expect.objectContaining({ item: 'health', state: 'failed' })]),
	});
});

test('a restored change has the list of a restore, is closed by it, and the lists still say that it was restored', async () => {
	place.application.misbehave.set('GET health', 'fail');
	const { runId, change } = await runBundle(setting, BUNDLE);
	place.application.misbehave.clear();
	for (const [capacity, person] of [
		['operator', 'olga'],
		['dba', 'dana'],
	] as const)
		expectOk(await confirm(setting, runId, { capacity, person }));
	await runToEnd(setting, runId);
	expect((await readRun(console_, runId)).status).toBe('restored');
	const rows = await readChecklist(console_.store, { runId, outcome: 'restored', now: new Date() });
	expect(rows.map(({ item, measured }) => [item, measured?.state ?? null])).toEqual([
		['restore_exact', 'passed'],
		['restored_checked', null],
		['health', 'unknown'],
		['losses_known', 'passed'],
		['no_errors', 'unknown'],
		['audit_log', 'passed'],
		['performance', expect.stringMatching(/passed|failed|unknown/)],
		['complaints', null],
	]);
	expect(await say(change.changeId, 'smoke_tests', 'passed')).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
	expect(await say(change.changeId, 'restored_checked', 'passed')).toEqual(refused(/Say in a note who has seen to/));
	await watched(runId);
	expectOk(await say(change.changeId, 'restored_checked', 'passed', 'Dana Brandt compared the ventures of today.'));
	expectOk(await say(change.changeId, 'no_errors', 'passed', 'Looked into the log myself.'));
	expect(expectOk(await say(change.changeId, 'complaints', 'passed'))).toEqual({ closed: true });
	expect(await changeOf(change.changeId)).toEqual([{ status: 'closed', closed_as: 'restored' }]);
	const { changes } = await readChanges({
		store: console_.store,
		actorId: await console_.idOf('olga'),
		filter: { q: `CHG-${change.number}` },
	});
	expect(changes[0]).toMatchObject({ status: 'closed', closedAs: 'restored' });
});

test('a run that a gate stopped has the list of one that changed nothing; a revision that is still a draft ends with the change', async () => {
	const { runId, change, status } = await runBundle(setting, { files: { '1.sql': 'select 1/0' } });
	expect(status).toBe('rolled_back');
	await watched(runId);
	const rows = await readChecklist(console_.store, { runId, outcome: 'rolled_back', now: new Date() });
	expect(rows.map(({ item, measured }) => [item, measured?.state ?? null])).toEqual([
		['nothing_changed', 'passed'],
		['maintenance_off', 'passed'],
		['cause_known', null],
		['health', 'passed'],
		['no_errors', 'unknown'],
		['audit_log', 'passed'],
		['complaints', null],
	]);
	expectOk(await say(change.changeId, 'cause_known', 'passed', 'A division by zero in 1.sql.'));
	expectOk(await say(change.changeId, 'no_errors', 'not_applicable', 'Nothing was changed.'));
	await console_.sql(
		`insert into draft (person_id, change_id, target, title, reason, why_not_staging, risk, responders)
		 values ($1, $2, '', '', '', '', '', '{}')`,
		[await console_.idOf('rui'), change.changeId],
	);
	expect(expectOk(await say(change.changeId, 'complaints', 'passed'))).toEqual({ closed: true });
	expect(await console_.sql('select 1 from draft')).toEqual([]);
	expect(await changeOf(change.changeId)).toEqual([{ status: 'closed', closed_as: 'rolled_back' }]);
});

test('the database itself refuses a tick against a measurement, an answer without its note, and a closed change that hides its outcome', async () => {
	const { runId, change } = await runBundle(setting, BUNDLE);
	const insert = (state: string, measured: string | null, note: string, person: string | null) =>
		console_.sql(
			'insert into checklist_tick (run_id, item, person_id, state, note, measured, evidence) values ($1, $2, $3, $4, $5, $6, $7)',
			[runId, 'health', person, state, note, measured, ''],
		);
	const olga = await console_.idOf('olga');
	await expect(insert('passed', 'failed', 'but I like it', olga)).rejects.toThrow(/nobody_ticks_against_a_measurement/);
	await expect(insert('failed', 'failed', ' ', olga)).rejects.toThrow(/what_is_not_passed_has_a_note/);
	await expect(insert('passed', 'unknown', '', null)).rejects.toThrow(/without_a_person_a_measurement_has_passed/);
	await expect(console_.sql(`update change set status = 'closed' where id = $1`, [change.changeId])).rejects.toThrow(
		/a_closed_change_says_how_it_ended/,
	);
	expect(checklistOf('succeeded')).toHaveLength(8);
});
