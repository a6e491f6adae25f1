import { expect } from 'vitest';
import { readRun, runToEnd } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { commitThenFail, confirmBoth } from '../../harm/commit-then-fail.ts';
import type { Row } from '../../row.ts';
import { openStage, type Stage } from '../../stage.ts';
import type { World } from '../../world.ts';

export const serviceDoesNotStop: Row = {
	row: 46,
	step: 'restore',
	fault: 'one service does not stop; another does not start again',
	required: 'those that were stopped are started; what did not start is told',
	async run(world) {
		return (await Promise.all([secondDoesNotStop(world), firstDoesNotStart(world)])).join('; ');
	},
};

async function secondDoesNotStop(world: World): Promise<string> {
	const stage = await openStage(world);
	const { place, setting, console } = stage;
	const waiting = await failedAndConfirmed(stage);
	let stops = 0;
	place.application.misbehave.set('POST stop', async () => {
		stops += 1;
		if (stops === 2) place.application.misbehave.set('POST stop', 'fail');
	});
	// The first is seen stopped; the second says no.
	place.application.misbehave.set('GET service', async () => {
		if (stops === 1) place.application.misbehave.set('POST stop', 'fail');
	});
	expect(await runToEnd(setting, waiting.runId)).toMatchObject({ status: 'awaiting_restore', truth: { kind: 'committed' } });
	const calls = place.application.calls.filter((call) => /^POST (stop|start)/.test(call));
	const last = (name: string) => calls.findLast((call) => call.endsWith(` ${name}`));
	expect([last('ehg-app'), last('ehg-ingest')]).toEqual(['POST start ehg-app', 'POST start ehg-ingest']);
	expect(await lookAt(place)).toEqual(waiting.committed);
	expect((await readRun(console, waiting.runId)).failure?.code).toBe('smoke_test_failed');
	return 'the second did not stop: both are started';
}

async function firstDoesNotStart(world: World): Promise<string> {
	const stage = await openStage(world);
	const { place, setting, console } = stage;
	const waiting = await failedAndConfirmed(stage);
	await place.sql(`insert into audit.service_logs (service, level, message) values ('psql', 'INFO', 'one')`);
	place.application.misbehave.set('POST start', 'fail');
	expect(await runToEnd(setting, waiting.runId)).toMatchObject({ status: 'awaiting_restore' });
	const [told] = await console.sql<{ message: string }>(
		`select data->>'message' as message from journal_entry where run_id = $1 and step = 'restore' and phase = 'notice' order by seq desc limit 1`,
		[waiting.runId],
	);
	expect(told?.message).toMatch(/ehg-app did not start .*start it by hand/);
	expect(place.application.alerts.at(-1)).toMatchObject({ text: expect.stringMatching(/would now lose.*ehg-app did not start/) });
	return 'the price rose and a service did not start: told on the page and as an alert';
}

async function failedAndConfirmed(stage: Stage) {
	const waiting = await commitThenFail(stage, ['ehg-app', 'ehg-ingest']);
	await confirmBoth(stage, waiting);
	return waiting;
}
