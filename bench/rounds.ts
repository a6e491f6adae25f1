import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FiledBundle } from '#lib/change/request-input.ts';
import type { Outcome, Step } from '#lib/domain/run.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { EnqueueRun } from '#lib/store/queue.ts';
import type { ThrowawayCluster } from '#scripts/throwaway/cluster.ts';
import type { ThrowawayConsole } from '#scripts/throwaway/console.ts';
import type { StandIn } from '#scripts/throwaway/stand-in-application.ts';
import { takeChangeThrough } from '#scripts/walkthrough/take-change-through.ts';
import type { Baseline, SeedTimes } from './baseline.ts';
import type { ConsoleProcess } from './console-process.ts';
import { countDifferences, freshCopy, readState } from './databases.ts';
import { type OpenPage, openPage } from './open-page.ts';
import { measureAbort } from './sleeping-run.ts';
import { type BenchTargets, OURS } from './targets.ts';

/** Everything that a trial needs, made once. */
export type Bench = {
	cluster: ThrowawayCluster;
	console: ThrowawayConsole;
	web: ConsoleProcess;
	app: StandIn;
	baseline: Baseline;
	targets: BenchTargets;
	/** The DDL files, for psql and as a bundle. */
	ddlFolder: string;
	bundle: FiledBundle;
	/** The same, with a standby copy. */
	copyingBundle: FiledBundle;
	enqueue: EnqueueRun;
	/** The database that trials get a copy of. */
	fixture: string;
	folder: string;
	say: (text: string) => void;
};

/** One run of the console: from the click on Execute to its outcome, and each step as the journal has it, in milliseconds. */
export type Trial = { totalMs: number; steps: Partial<Record<Step, number>>; backupBytes: number; differences: number };

/** Baseline and console, on identical databases, one after the other. */
export type Round = {
	seed: SeedTimes & { differences: number };
	attested: Trial;
	restored: Trial;
	tested: Trial;
	swapped: Trial;
	copied: Trial;
	abortMs: number;
};

/** The database that the script's trials run on. */
export const THEIRS = 'theirs';

export async function measureRound(bench: Bench): Promise<Round> {
	// What is held against the script comes before it: the script's restore deletes the files of every table (see `freshCopy`).
	return {
		attested: await tryConsole(bench, { target: bench.targets.attested, healthy: true, outcome: 'succeeded' }),
		seed: await trySeedProcedure(bench),
		restored: await tryConsole(bench, { target: bench.targets.attested, healthy: false, outcome: 'restored' }),
		tested: await tryConsole(bench, { target: bench.targets.tested, healthy: true, outcome: 'succeeded' }),
		swapped: await tryConsole(bench, { target: bench.targets.tested, healthy: false, outcome: 'restored' }),
		copied: await tryConsole(bench, { target: bench.targets.copied, healthy: false, outcome: 'restored' }),
		abortMs: await measureAbort(bench),
	};
}

async function trySeedProcedure({ cluster, targets, baseline, ddlFolder, folder, say }: Bench): Promise<Round['seed']> {
	await freshCopy({ cluster, target: targets.attested, database: THEIRS });
	const before = await readState(targets.attested, THEIRS);
	const workFolder = mkdtempSync(join(folder, 'seed-'));
	const times = await baseline.runSeedProcedure({ database: THEIRS, bundle: ddlFolder, workFolder, restore: true });
	rmSync(workFolder, { recursive: true });
	const differences = countDifferences(before, await readState(targets.attested, THEIRS));
	say(`  the script     ${seconds(times.total_ms)}; restore ${seconds(times.restore_ms)}, ${differences} differences`);
	return { ...times, differences };
}

type Trying = { target: Target; healthy: boolean; outcome: Outcome };

/** The same, so many times, one after the other. */
export async function tryEach<T>(times: number, work: () => Promise<T>): Promise<T[]> {
	const results: T[] = [];
	for (let n = 0; n < times; n += 1) results.push(await work());
	return results;
}

/** An unhealthy application is what makes the smoke tests after COMMIT fail: the signed plan then has the backup put back. */
export async function tryConsole(bench: Bench, how: Trying): Promise<Trial> {
	const { cluster, console, web, app, targets, enqueue, fixture, say } = bench;
	const { target, healthy, outcome } = how;
	const bundle = target === targets.copied ? bench.copyingBundle : bench.bundle;
	await freshCopy({ cluster, target, database: OURS, from: fixture });
	mkdirSync(target.backup.folder, { recursive: true, mode: 0o700 });
	const before = await readState(target, OURS);
	app.setHealthy(healthy);
	const pages: OpenPage[] = [];
	const onStarted = (runId: string) => pages.push(openPage({ web, console, runId }));
	const report = await takeChangeThrough({
		console,
		targets: targets.targets,
		target,
		bundle,
		enqueue,
		say: () => undefined,
		onStarted,
	});
	if (report.outcome !== outcome)
		throw new Error(
			`the run ended ${report.outcome} instead of ${outcome}: ${report.findings.map((finding) => finding.message).join(' ')}`,
		);
	const rows = (await pages[0]?.close()) ?? 0;
	if (rows < bundle.files.length) throw new Error(`the run's page was told only ${rows} rows of the journal`);
	const run = await console.store.run.findUniqueOrThrow({ where: { id: report.run ?? '' }, select: { claimedAt: true, endedAt: true } });
	const trial = {
		totalMs: Number(run.endedAt) - Number(run.claimedAt),
		steps: Object.fromEntries(report.steps.map(({ step, ms }) => [step, ms])),
		backupBytes: report.backup.bytes ?? 0,
		differences: countDifferences(before, await readState(target, OURS)),
	};
	say(
		`  ${target.name.padEnd(8)} ${outcome} ${seconds(trial.totalMs)}: ${report.steps.map(({ step, ms }) => `${step} ${seconds(ms)}`).join(', ')}`,
	);
	return trial;
}

export function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(2)} s`;
}
