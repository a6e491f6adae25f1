import { expect } from 'vitest';
import { abortRun } from '#lib/run/orders/abort-run.ts';
import { askSmokeTestsAgain } from '#lib/run/orders/ask-smoke-tests-again.ts';
import { approvedChange, execute, expectOk, noQueue, readRun, runToEnd } from '#tests/support/change.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { openSession, until } from '#tests/support/sql.ts';
import type { Row } from '../../row.ts';
import { beginHere, expectUntouched, interfereAfter, isMade, MAKES_FOR_APP, openStage, runToGate, type Stage } from '../../stage.ts';
import type { World } from '../../world.ts';

export const abortMeetsCommit: Row = {
	row: 43,
	step: 'COMMIT',
	fault: 'Abort pressed right before, during and after',
	required: 'accepted and rolled back, or refused and told why; what was pressed before people decided counts no more',
	async run(world) {
		return (await Promise.all([pressedBefore(world), pressedDuring(world), askedAgainAfter(world), pressedAtTheEnd(world)])).join('; ');
	},
};

/** The press is stored and the owner has not heard of it when it comes to COMMIT: only the row that both lock can tell it. */
async function pressedBefore(world: World): Promise<string> {
	const stage = await openStage(world);
	const { console } = stage;
	const { start, ended } = beginHere(stage);
	const gate = await runToGate(stage, start);
	const presser = await openSession(console.superuserUrl);
	try {
		await presser.query('begin; lock table run_abort in access exclusive mode');
		await presser.query('insert into run_abort (run_id, person_id, reason) values ($1, $2, $3)', [
			gate.runId,
			await console.idOf('dana'),
			'Stop',
		]);
		await gate.open();
		await until('the run at its COMMIT', async () => {
			const waiting = await console.sql(
				`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ~ 'aborts_heard_to[^,]*from run .*for update'`,
			);
			return waiting.length > 0;
		});
		await presser.query('commit');
	} finally {
		await presser.end();
	}
	await ended();
	const run = await readRun(console, gate.runId);
	expect(run).toMatchObject({ status: 'rolled_back', failure: { code: 'aborted' } });
	await expectUntouched(stage, run);
	return 'before: rolled back';
}

async function pressedDuring(world: World): Promise<string> {
	const stage = await openStage(world);
	const pause = await pauseAt(stage.console, { step: 'transaction', phase: 'truth' });
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, MAKES_FOR_APP)));
	const { start, ended } = beginHere(stage);
	await start(runId);
	await pause.reached();
	const pressed = press(stage, runId);
	await until('the press to wait for the row', async () => {
		const waiting = await stage.console.sql(
			`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'select 1 from run %for share%'`,
		);
		return waiting.length > 0;
	});
	await pause.release();
	expect(await pressed).toMatchObject({ ok: false, refusal: { code: 'conflict', message: expect.stringMatching(/COMMIT is under way/) } });
	await ended();
	expect(await readRun(stage.console, runId)).toMatchObject({ status: 'succeeded' });
	expect(await stage.console.sql('select from run_abort where run_id = $1', [runId])).toEqual([]);
	return 'during: refused, succeeded';
}

async function askedAgainAfter(world: World): Promise<string> {
	const stage = await openStage(world);
	const { console, setting } = stage;
	const { runId, status, failure } = await interfereAfter(stage, { step: 'transaction', bundle: MAKES_FOR_APP }, async (id) =>
		expectOk(await press(stage, id)),
	);
	expect({ status, code: failure?.code }).toEqual({ status: 'awaiting_restore', code: 'aborted' });
	expectOk(await askSmokeTestsAgain({ store: console.store, actor: await console.actor('olga'), runId, enqueue: noQueue }));
	expect(await runToEnd(setting, runId)).toMatchObject({ status: 'succeeded', changeStatus: 'succeeded' });
	expect([await isMade(stage), stage.place.application.maintenance()]).toEqual([true, false]);
	return 'after: the restore offered; asked again, succeeded';
}

/** Every smoke test has passed, and the services are being restarted. */
async function pressedAtTheEnd(world: World): Promise<string> {
	const stage = await openStage(world);
	const pause = await pauseAt(stage.console, { step: 'maintenance mode off', phase: 'started' });
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, MAKES_FOR_APP)));
	const { start, ended } = beginHere(stage);
	await start(runId);
	await pause.reached();
	expect(await press(stage, runId)).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
	await pause.release();
	await ended();
	expect(await readRun(stage.console, runId)).toMatchObject({ status: 'succeeded' });
	return 'at the end: refused, succeeded';
}

async function press({ console }: Stage, runId: string) {
	return abortRun({ store: console.store, actor: await console.actor('dana'), runId, reason: 'Something looks wrong.' });
}
