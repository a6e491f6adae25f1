import { expect } from 'vitest';
import { askWithGate, expectLiveAsBefore, expectNothingLeft, noSessionsOfRehearsal, untilEnded } from '../../harm/rehearsing.ts';
import { startWorker } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { openStage } from '../../stage.ts';

/** A lease, and what it takes to notice. */
const LETS_GO_WITHIN_MS = 45_000;

export const consoleDownRehearsing: Row = {
	row: 75,
	step: 'rehearsal',
	fault: 'console database down in its transaction',
	required: 'lets go of the target meanwhile; rehearsed from the beginning when it is back; nothing left over',
	async run(world) {
		const cluster = await world.borrowConsole();
		const stage = await openStage(world, { console: cluster });
		const { urlOf } = stage.place;
		const gate = await askWithGate(stage, urlOf);
		world.atEnd(gate.open);
		const worker = await startWorker(world, stage);
		await gate.stands();
		const downAt = Date.now();
		await cluster.stop('immediate');
		await noSessionsOfRehearsal(urlOf('postgres'), gate.id, LETS_GO_WITHIN_MS);
		const letGoMs = Date.now() - downAt;
		await cluster.start();
		await gate.open();
		const other = await startWorker(world, stage);
		const { status, failure } = await untilEnded(stage, gate.id);
		await Promise.all([worker.kill(), other.kill()]);
		expect([status, failure]).toEqual(['passed', null]);
		await expectNothingLeft(stage, gate.id);
		await expectLiveAsBefore(stage);
		return `out of the target ${(letGoMs / 1000).toFixed(1)} s after it went down; passed when it was back`;
	},
};
