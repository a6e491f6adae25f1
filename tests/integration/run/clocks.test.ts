import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { runBundle, stepsOf } from '#tests/support/change.ts';
import { expectNothingChanged, lookAt } from '#tests/support/nothing-changed.ts';
import { skewClock } from '#tests/support/skew-clock.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

const BUNDLE = { files: { '1.sql': 'create table eng.made (id int)' } };

let console_: TestConsole;
let place: TestTarget;

beforeAll(async () => {
	console_ = await openTestConsole();
	await skewClock(console_, 0);
});
afterAll(() => console_?.close());
beforeEach(async () => {
	place = await openTestTarget();
});
afterEach(() => place?.close());

test.each([
	['ahead of', 6_000],
	['behind', -6_000],
])('a run stops at the window where the console’s clock is 6 s %s the target’s, and nothing is changed', async (_, ms) => {
	await skewClock(console_, ms);
	const before = await lookAt(place);
	const run = await runBundle({ console: console_, target: place.define() }, BUNDLE);
	expect(run.failure).toMatchObject({
		code: 'clock_skew',
		message: expect.stringMatching(/are (5\.[5-9]|6\.\d) s apart \(limit: 5 s\)/),
	});
	const steps = await stepsOf(console_, run.runId);
	expect(steps.filter(({ outcome }) => outcome === 'failed')).toEqual([{ step: 'window', outcome: 'failed' }]);
	expect(place.application.calls).not.toContain('POST maintenance/enable');
	expect(run.xid).toBeNull();
	await expectNothingChanged({ console: console_, place, before }, run);
});

test.each([
	['ahead of', 4_000],
	['behind', -4_000],
])('a run succeeds where the console’s clock is 4 s %s the target’s, and the journal says so', async (_, ms) => {
	await skewClock(console_, ms);
	const run = await runBundle({ console: console_, target: place.define() }, BUNDLE);
	expect(run).toMatchObject({ status: 'succeeded', failure: null });
	expect(await place.sql(`select to_regclass('eng.made') is not null as made`)).toEqual([{ made: 't' }]);
	const [passed] = await console_.sql<{ skew: string }>(
		`select data::jsonb #>> '{evidence,skewMs}' as skew from journal_entry where run_id = $1 and step = 'window' and phase = 'passed'`,
		[run.runId],
	);
	expect(Number(passed?.skew)).toBeGreaterThan(3_000);
});
