import { expect } from 'vitest';
import { approvedChange, execute, expectOk, readRun } from '#tests/support/change.ts';
import { type Caught, commitOfTheRun, type FaultyProxy } from '../../harm/proxy.ts';
import { truthsOf } from '../../observing/truths.ts';
import type { Row } from '../../row.ts';
import { beginHere, behindProxy, isMade, MAKES, markerOf, openStage } from '../../stage.ts';
import type { World } from '../../world.ts';

const WAYS: Record<string, (caught: Caught, proxy: FaultyProxy) => Promise<void>> = {
	'cut at once': async (caught, proxy) => {
		// Whoever settles ends the session: on a busy machine before the server has so much as read what was delivered.
		holdQuestion(proxy, { text: /countersign\.marker/, until: () => caught.answered });
		await caught.deliver();
		caught.cut();
	},
	'reply swallowed': async (caught) => {
		await caught.deliver();
		await caught.answered;
		caught.cut();
	},
	'line dead': async (caught) => {
		await caught.deliver();
	},
	'committed while it was asked': async (caught, proxy) => {
		caught.loseClient();
		const commit = async () => {
			await caught.deliver();
			await caught.answered;
		};
		// The first question after the marker, which was not there.
		holdQuestion(proxy, { text: /pg_terminate_backend/, until: commit });
	},
};

function holdQuestion(proxy: FaultyProxy, { text, until }: { text: RegExp; until: () => Promise<void> }): void {
	proxy.catch({
		application: /^countersign settle /,
		text,
		fate: async (question) => {
			await until();
			question.passOn();
		},
	});
}

export const commitCutAfter: Row = {
	row: 20,
	step: 'COMMIT',
	fault: 'connection cut after delivery',
	required: 'unknown → committed',
	long: true,
	async run(world) {
		await Promise.all(Object.values(WAYS).map((fate) => cutAndSettle(world, fate)));
		return `${Object.keys(WAYS).join(', ')}: checking, then committed by the marker, and the run went on to its end`;
	},
};

async function cutAndSettle(world: World, fate: (caught: Caught, proxy: FaultyProxy) => Promise<void>): Promise<void> {
	const { stage, proxy } = await behindProxy(world, await openStage(world));
	const trap = proxy.catch(commitOfTheRun((caught) => fate(caught, proxy)));
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, { files: { '1.sql': MAKES } })));
	const { start, ended } = beginHere(stage);
	await start(runId);
	await trap.caught;
	await ended();
	expect(await readRun(stage.console, runId)).toMatchObject({ status: 'succeeded', truth: { kind: 'committed' }, failure: null });
	expect(await truthsOf(stage, runId)).toEqual(['checking', 'committed']);
	expect(await stage.console.sql(`select step from journal_entry where run_id = $1 and phase = 'failed'`, [runId])).toEqual([]);
	expect(await markerOf(stage, runId)).toBe('marker');
	expect(await isMade(stage)).toBe(true);
	expect(stage.place.application.maintenance()).toBe(false);
}
