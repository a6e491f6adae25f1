import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freshCopy } from '../databases.ts';
import { type Bench, tryConsole, tryEach } from '../rounds.ts';
import { type Measured, medianOf } from '../rows.ts';
import { OURS } from '../targets.ts';

const POLL_MS = 50;

/** A rehearsal beside the same by hand; and the run that it spares the scratch restore, beside one that makes it. */
export async function measureRehearsals(bench: Bench, { rounds, judged }: { rounds: number; judged: boolean }): Promise<Measured[]> {
	const { cluster, targets, baseline, ddlFolder, folder, say } = bench;
	const times = await tryEach(rounds, async () => {
		await freshCopy({ cluster, target: targets.rehearsed, database: OURS, from: bench.fixture });
		const workFolder = mkdtempSync(join(folder, 'by-hand-'));
		const byHand = await baseline.rehearseByHand({ database: OURS, bundle: ddlFolder, workFolder, jobs: targets.rehearsed.backup.jobs });
		rmSync(workFolder, { recursive: true });
		let rehearsal = Number.NaN;
		const onFiled = async (changeId: string) => {
			rehearsal = await untilRehearsed(bench, changeId);
		};
		const run = await tryConsole(bench, { target: targets.rehearsed, healthy: true, outcome: 'succeeded', onFiled });
		const scratch = await tryConsole(bench, { target: targets.tested, healthy: true, outcome: 'succeeded' });
		say(
			`  rehearsal ${rehearsal} ms, by hand ${byHand} ms; run after it ${run.totalMs} ms, with the scratch restore ${scratch.totalMs} ms`,
		);
		return { rehearsal, byHand, run: run.totalMs, scratch: scratch.totalMs };
	});
	const median = (of: (one: (typeof times)[number]) => number) => medianOf(times.map(of));
	return [
		{
			name: 'rehearsal, beside the same by hand with pg_dump, pg_restore and psql',
			ours: median(({ rehearsal }) => rehearsal),
			baseline: median(({ byHand }) => byHand),
			unit: 'ms',
			required: null,
		},
		{
			name: 'whole run after a rehearsal, beside one with the scratch restore',
			ours: median(({ run }) => run),
			baseline: median(({ scratch }) => scratch),
			unit: 'ms',
			required: judged ? 0.6 : null,
		},
	];
}

/** How long the rehearsal that filing asked for took, from its start to its end, in ms. */
async function untilRehearsed({ console }: Bench, changeId: string): Promise<number> {
	for (;;) {
		const { status, startedAt, endedAt, failure } = await console.store.rehearsal.findFirstOrThrow({ where: { changeId } });
		if (startedAt && endedAt) {
			if (status !== 'passed') throw new Error(`the rehearsal ${status}: ${JSON.stringify(failure)}`);
			return endedAt.getTime() - startedAt.getTime();
		}
		await wait(POLL_MS);
	}
}
