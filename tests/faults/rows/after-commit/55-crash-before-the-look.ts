import { expect } from 'vitest';
import { approvedChange, confirm, execute, expectOk, readRun, runToEnd, type SeenRun } from '#tests/support/change.ts';
import type { Cluster } from '#tests/support/cluster.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { confirmBoth } from '../../harm/commit-then-fail.ts';
import type { Row } from '../../row.ts';
import { beginHere, MAKES_FOR_APP, openStage, type Stage } from '../../stage.ts';
import type { World } from '../../world.ts';

export const crashBeforeTheLook: Row = {
	row: 55,
	step: 'restore',
	fault: 'the target crashes right after COMMIT, before anybody has looked at what it holds',
	required: 'the price is known where nobody has written, else unknown; two people may confirm that',
	long: true,
	async run(world) {
		const target = await world.borrowTarget();
		const quiet = await crashAfterCommit(world, target, async () => undefined);
		expect(quiet.run.price).toMatchObject({ known: true, rows: 0, tables: [], objects: [], truncated: [] });

		const { stage, run } = await crashAfterCommit(world, target, ({ place }) => place.sql('insert into eng.made values (1)'));
		expect(run.price).toMatchObject({ known: false, why: expect.stringMatching(/statistics/) });
		const { console, place, setting } = stage;
		const { runId } = run;
		expect(place.application.alerts.at(-1)).toMatchObject({
			text: expect.stringMatching(/would lose everything since the backup of \d\d:\d\d UTC/),
		});
		expect(await confirm(setting, runId, { capacity: 'operator', person: 'olga', price: 'of another price' })).toMatchObject({ ok: false });
		await confirmBoth(stage, { runId });
		// Nobody knows how much is lost; more of it changes nothing.
		await place.sql(`insert into audit.service_logs (service, level, message) values ('psql', 'INFO', 'later')`);
		expect(await runToEnd(setting, runId)).toMatchObject({ status: 'restored', truth: { kind: 'restored' } });
		expect(await lookAt(place)).toEqual(stage.before);
		const passed = (await readRecord(console)).filter(({ kind, data }) => kind === 'run.step_passed' && data.step === 'restore');
		expect(passed).toMatchObject([{ data: { evidence: { comparedWithConfirmed: false, price: { known: false } } } }]);
		return 'nobody had written: priced at nothing; somebody had: unknown, confirmed as that by two people and restored';
	},
};

/** Somebody does something right after COMMIT, and the target crashes before the run has looked at it. */
async function crashAfterCommit(
	world: World,
	target: Cluster,
	meanwhile: (stage: Stage) => Promise<unknown>,
): Promise<{ stage: Stage; run: SeenRun }> {
	const stage = await openStage(world, { target });
	const { console, place, setting } = stage;
	place.application.misbehave.set('GET health', 'fail');
	const change = await approvedChange(setting, { ...MAKES_FOR_APP, manifest: { ...MAKES_FOR_APP.manifest, services: ['ehg-app'] } });
	const pause = await pauseAt(console, { step: 'smoke tests', phase: 'started' });
	const { runId } = expectOk(await execute(setting, change));
	const { start, ended } = beginHere(stage);
	await start(runId);
	await pause.reached();
	await meanwhile(stage);
	await target.stop('immediate');
	await target.start();
	await pause.release();
	await ended();
	const run = await readRun(console, runId);
	expect(run).toMatchObject({ status: 'awaiting_restore', truth: { kind: 'committed' } });
	return { stage, run };
}
