import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { msOfParts, type PartBegun } from '#lib/domain/rehearsed/parts.ts';
import type { HandTimes, SeedTimes } from '../baseline.ts';
import { freshCopy } from '../databases.ts';
import { type Bench, seconds, THEIRS, type Trial, tryConsole, tryEach } from '../rounds.ts';
import { type Measured, medianOf } from '../rows.ts';

type Times = { hand: HandTimes; rehearsalMs: number; run: Trial; seed: SeedTimes };

/** A rehearsal beside the same work by hand, and then the run of the rehearsed change beside the procedure that people ran. */
export async function measureRehearsing(bench: Bench, { rounds, judged }: { rounds: number; judged: boolean }): Promise<Measured[]> {
	const times = await tryEach(rounds, async (): Promise<Times> => {
		const hand = await onFreshCopy(bench, (input) => bench.baseline.rehearseByHand(input));
		bench.say(`  by hand        ${seconds(hand.total_ms)}: ${phases(hand)}`);
		const run = await tryConsole(bench, { target: bench.targets.rehearsed, healthy: true, outcome: 'succeeded' });
		const rehearsalMs = await readRehearsal(bench);
		const seed = await onFreshCopy(bench, (input) => bench.baseline.runSeedProcedure({ ...input, restore: false }));
		bench.say(`  the script     ${seconds(seed.total_ms)}: ${phases(seed)}`);
		return { hand, rehearsalMs, run, seed };
	});
	const median = (of: (time: Times) => number) => medianOf(times.map(of));
	return [
		{
			name: 'rehearsal, beside pg_dump, pg_restore, psql -1 and pg_restore by hand',
			ours: median(({ rehearsalMs }) => rehearsalMs),
			baseline: median(({ hand }) => hand.total_ms),
			unit: 'ms',
			required: judged ? 1.2 : null,
		},
		{
			name: 'whole run, the way back rehearsed',
			ours: median(({ run }) => run.totalMs),
			baseline: median(({ seed }) => seed.total_ms),
			unit: 'ms',
			required: judged ? 0.6 : null,
		},
	];
}

async function onFreshCopy<T>(
	{ cluster, targets, ddlFolder, folder }: Bench,
	work: (input: { database: string; bundle: string; workFolder: string }) => Promise<T>,
): Promise<T> {
	await freshCopy({ cluster, target: targets.attested, database: THEIRS });
	const workFolder = mkdtempSync(join(folder, 'theirs-'));
	const result = await work({ database: THEIRS, bundle: ddlFolder, workFolder });
	rmSync(workFolder, { recursive: true });
	return result;
}

/** From the worker that took the last rehearsal to its end. */
async function readRehearsal({ console, targets, say }: Bench): Promise<number> {
	const { startedAt, endedAt, parts } = await console.store.rehearsal.findFirstOrThrow({
		where: { target: targets.rehearsed.name },
		orderBy: { askedAt: 'desc' },
	});
	if (!startedAt || !endedAt) throw new Error('the rehearsal has not ended');
	const took = Number(endedAt) - Number(startedAt);
	const each = msOfParts({ begun: parts as PartBegun[], endedAt: endedAt.toISOString() });
	say(`  the rehearsal  ${seconds(took)}: ${[...each].map(([part, ms]) => `${part} ${seconds(ms)}`).join(', ')}`);
	return took;
}

function phases(times: HandTimes | SeedTimes): string {
	const timed = Object.entries(times).filter(([name]) => name.endsWith('_ms') && name !== 'total_ms');
	return timed.map(([name, ms]) => `${name.replace('_ms', '')} ${seconds(Number(ms))}`).join(', ');
}
