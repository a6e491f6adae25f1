import { expect } from 'vitest';
import { approvedChange, execute, expectOk } from '#tests/support/change.ts';
import { followStream } from '../../observing/follow-stream.ts';
import { startStreamProcess } from '../../processes/stream-process.ts';
import type { Row } from '../../row.ts';
import { beginHere, openStage } from '../../stage.ts';

const RESTARTS = 3;
const STATEMENTS = 300;

export const webRestarts: Row = {
	row: 34,
	step: 'stream',
	fault: 'web process restarts',
	required: 'no event lost or twice',
	async run(world) {
		const stage = await openStage(world);
		const { console, setting } = stage;
		const sql = Array.from({ length: STATEMENTS }, (_, n) => `select ${n};`).join('\n');
		const { runId } = expectOk(await execute(setting, await approvedChange(setting, { files: { '1.sql': sql } })));
		const { start, ended } = beginHere(stage);
		await start(runId);
		const seen: number[] = [];
		const readOn = async (until: number) => {
			const web = await startStreamProcess(world, console.appUrl);
			seen.push(...(await followStream({ port: web.port, runId, after: seen.at(-1) ?? 0, until })));
			await web.kill();
		};
		for (let restart = 0; restart < RESTARTS; restart += 1) await readOn(seen.length + 10);
		await ended();
		const stored = await console.sql<{ seq: string }>('select seq from journal_entry where run_id = $1 order by seq', [runId]);
		await readOn(stored.length);
		expect(seen).toEqual(stored.map(({ seq }) => Number(seq)));
		expect(seen.length).toBeGreaterThan(STATEMENTS);
		return `killed ${RESTARTS} times in mid-stream: ${seen.length} events, each once and in order`;
	},
};
