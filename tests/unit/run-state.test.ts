import { expect, test } from 'vitest';
import { filterLines } from '#components/run/log/log-lines.ts';
import { applyRows, openState, prependLines } from '#components/run/run-state.ts';
import type { Failure, JournalEvent, JournalRow, Step } from '#lib/domain/run.ts';

const FAILURE: Failure = { code: 'sql_error', message: 'relation "x" does not exist', instead: 'It is rolled back.' };

function rowsOf(...events: [Step, JournalEvent][]): JournalRow[] {
	return events.map(([step, event], index) => ({
		seq: index + 1,
		at: new Date(Date.UTC(2026, 10, 22, 2, 0, index)).toISOString(),
		step,
		...event,
	}));
}

function statement(index: number, total: number, file = 'a.sql'): [Step, JournalEvent][] {
	const place = { index, total, file, line: index, sql: `select ${index}` };
	return [
		['transaction', { phase: 'statement started', data: place }],
		['transaction', { phase: 'statement done', data: { ...place, ms: 3, rows: 1 } }],
	];
}

const passed = (summary: string): JournalEvent => ({ phase: 'passed', data: { summary, ms: 12 } });
const started: JournalEvent = { phase: 'started', data: {} };
const empty = () => openState({ rows: [], from: 1, status: 'queued' });
const stepOf = (state: ReturnType<typeof empty>, step: Step) => state.steps.find((s) => s.step === step);

test('a run that has not begun shows every planned step, no restore, and that nothing is committed', () => {
	const state = empty();
	expect(state.steps.map((s) => s.state)).toEqual(Array(11).fill('pending'));
	expect(state.steps.some((s) => s.step === 'restore')).toBe(false);
	expect(state.truth).toEqual({ kind: 'nothing_committed' });
});

test('a step that has passed keeps its words and how long it took', () => {
	const state = applyRows(empty(), rowsOf(['window', started], ['window', passed('02:00–04:00 UTC')]));
	expect(stepOf(state, 'window')).toMatchObject({ state: 'passed', summary: '02:00–04:00 UTC', ms: 12 });
	expect(state.status).toBe('running');
	expect(state.saidOfSteps).toBe('Window passed');
});

test('rows that come twice are folded once', () => {
	const rows = rowsOf(['transaction', started], ...statement(1, 2), ...statement(2, 2));
	const once = applyRows(empty(), rows);
	expect(applyRows(once, rows)).toBe(once);
	expect(applyRows(applyRows(empty(), rows.slice(0, 3)), rows)).toEqual(once);
});

test('the page folds the same state whether it was open all along or reloaded anywhere', () => {
	const rows = rowsOf(['claim', started], ['claim', passed('ok')], ['transaction', started], ...statement(1, 2), ...statement(2, 2));
	const whole = applyRows(empty(), rows);
	for (let cut = 0; cut <= rows.length; cut += 1) {
		const opened = openState({ rows: rows.slice(0, cut), from: 1, status: 'running' });
		const { saidOfSteps, saidOfOutcome, ...state } = applyRows(opened, rows.slice(cut));
		expect(state).toEqual({ ...whole, status: 'running', saidOfSteps: undefined, saidOfOutcome: undefined });
	}
});

test('a statement that was over before its beginning was stored has its whole line, and counts as done', () => {
	const [, end] = statement(2, 3) as [[Step, JournalEvent], [Step, JournalEvent]];
	const state = applyRows(empty(), rowsOf(['transaction', started], end));
	expect(state.lines.at(-1)).toMatchObject({ kind: 'statement', group: 'a.sql', index: 2, sql: 'select 2', ms: 3, rows: 1 });
	expect(stepOf(state, 'transaction')?.progress).toMatchObject({ done: 2, total: 3 });
});

test('the progress of the transaction counts statements that are done, and names the one under way', () => {
	const state = applyRows(empty(), rowsOf(['transaction', started], ...statement(1, 3), ...statement(2, 3)).slice(0, 4));
	expect(stepOf(state, 'transaction')?.progress).toMatchObject({ done: 1, total: 3, summary: '2 of 3 · a.sql:2' });
});

test('a statement is given its time although a notice came between', () => {
	const [begin, end] = statement(1, 1) as [[Step, JournalEvent], [Step, JournalEvent]];
	const notice: JournalEvent = { phase: 'notice', data: { severity: 'NOTICE', message: 'already there', file: 'a.sql', line: 1 } };
	const state = applyRows(empty(), rowsOf(begin, ['transaction', notice], end));
	expect(state.lines.map((line) => line.kind)).toEqual(['statement', 'notice']);
	expect(state.lines[0]).toMatchObject({ ms: 3, rows: 1 });
});

test('the one line follows the truth alone: a step that passed or failed does not move it', () => {
	const begun = applyRows(empty(), rowsOf(['transaction', started], ['transaction', passed('2 statements committed')]));
	expect(begun.truth.kind).toBe('nothing_committed');
	const checking = rowsOf(['transaction', { phase: 'truth', data: { kind: 'checking', since: '2026-11-22T02:00:00.000Z' } }]);
	expect(applyRows(empty(), checking).truth.kind).toBe('checking');
});

test('asking the smoke tests again makes a waiting run a running one', () => {
	const waiting: [Step, JournalEvent] = ['restore', { phase: 'status', data: { status: 'awaiting_restore' } }];
	expect(applyRows(empty(), rowsOf(['smoke tests', started], waiting)).status).toBe('awaiting_restore');
	expect(applyRows(empty(), rowsOf(waiting, ['smoke tests', started])).status).toBe('running');
});

test('the restore takes its place in the list when it begins, before maintenance mode goes off', () => {
	const state = applyRows(empty(), rowsOf(['restore', started], ['maintenance mode off', started]));
	const names = state.steps.map((s) => s.step);
	expect(names.indexOf('restore')).toBe(names.indexOf('maintenance mode off') - 1);
	expect(state.status).toBe('restoring');
});

test('an outcome is final and is said aloud; what was there when the page opened is not', () => {
	const rows = rowsOf(
		['trial', { phase: 'failed', data: { failure: FAILURE, ms: 4 } }],
		['record', { phase: 'status', data: { status: 'rolled_back' } }],
	);
	expect(applyRows(empty(), rows)).toMatchObject({ status: 'rolled_back', saidOfOutcome: 'The run has ended: Rolled back' });
	expect(openState({ rows, from: 1, status: 'running' })).toMatchObject({ status: 'rolled_back', saidOfOutcome: '' });
});

test('a step that ends with nothing between has one line; one that begins a second time says so', () => {
	const check: [Step, JournalEvent] = [
		'smoke tests',
		{ phase: 'check', data: { name: 'a', passed: false, expected: '1', got: '0', ms: 1 } },
	];
	const failed: [Step, JournalEvent] = ['smoke tests', { phase: 'failed', data: { failure: FAILURE, ms: 4 } }];
	const rows = rowsOf(
		['trial', started],
		['trial', passed('ok')],
		['smoke tests', started],
		check,
		failed,
		['smoke tests', started],
		check,
	);
	const words = applyRows(empty(), rows).lines.map((line) => (line.kind === 'step' ? `${line.group} ${line.words}` : line.kind));
	expect(words).toEqual(['Trial ok', 'Smoke tests started', 'check', 'failure', 'Smoke tests started again', 'check']);
});

test('earlier lines go before those that are here, each once', () => {
	const rows = rowsOf(['transaction', started], ...statement(1, 2), ...statement(2, 2));
	const late = openState({ rows: [rows[0] as JournalRow, ...rows.slice(3)], from: 4, status: 'running' });
	expect(late.lines.map((line) => line.seq)).toEqual([1, 4]);
	const whole = prependLines(late, { rows: rows.slice(0, 3), from: 1 });
	expect(whole.lines.map((line) => line.seq)).toEqual([1, 2, 4]);
	expect(whole.lines[1]).toMatchObject({ kind: 'statement', ms: 3 });
	expect(prependLines(whole, { rows: rows.slice(0, 3), from: 1 })).toBe(whole);
});

test('the filter for problems leaves failures, failed checks and warnings', () => {
	const check = (ok: boolean): JournalEvent => ({ phase: 'check', data: { name: 'rows', passed: ok, expected: '1', got: '0', ms: 1 } });
	const rows = rowsOf(
		...statement(1, 1),
		['transaction', check(true)],
		['transaction', check(false)],
		['transaction', { phase: 'notice', data: { severity: 'WARNING', message: 'slow' } }],
		['transaction', { phase: 'failed', data: { failure: FAILURE, ms: 4 } }],
	);
	const { lines } = applyRows(empty(), rows);
	expect(filterLines(lines, { only: 'problems', text: '' }).map((line) => line.kind)).toEqual(['check', 'notice', 'failure']);
	expect(filterLines(lines, { only: 'all', text: 'DOES NOT EXIST' })).toHaveLength(1);
});
