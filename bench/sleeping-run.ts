import { mkdirSync } from 'node:fs';
import { abortRun } from '#lib/run/orders/abort-run.ts';
import { signInAs } from '#scripts/throwaway/console.ts';
import type { Report } from '#scripts/walkthrough/report.ts';
import { takeChangeThrough } from '#scripts/walkthrough/take-change-through.ts';
import { asSuperuser, freshCopy } from './databases.ts';
import type { Bench } from './rounds.ts';
import { OURS } from './targets.ts';

const POLL_MS = 20;
const WITHIN_MS = 120_000;
/** A change whose one statement goes on for longer than anybody watches. */
const SLEEPS = { files: [{ path: 'sleeps.sql', bytes: Buffer.from('create schema slept;\nselect pg_sleep(240);\n') }], manifest: null };

/** From the press of Abort, in the middle of a statement, to the outcome: our backend gone and the catalog shown to be as before. In ms. */
export async function measureAbort(bench: Bench): Promise<number> {
	const { store } = bench.console;
	const { run: runId } = await runAsleep(bench, (id) => pressAbort(bench, id));
	const run = await store.run.findUniqueOrThrow({ where: { id: runId ?? '' }, select: { status: true, endedAt: true, aborts: true } });
	const [press] = run.aborts;
	if (run.status !== 'rolled_back' || !run.endedAt || !press) throw new Error(`the aborted run is ${run.status}`);
	bench.say(`  aborted in ${run.endedAt.getTime() - press.at.getTime()} ms`);
	return run.endedAt.getTime() - press.at.getTime();
}

/** From the death of a run's owner, in the middle of a statement, to the record's entry that another has taken it over. In ms. */
export async function measureTakeover(
	bench: Bench,
	{ startAnother, killOwner }: { startAnother: () => Promise<void>; killOwner: () => void },
): Promise<number> {
	let diedAt = 0;
	const { run: runId } = await runAsleep(bench, async () => {
		// Not before: it could be the owner itself.
		await startAnother();
		diedAt = Date.now();
		killOwner();
	});
	const entry = await bench.console.store.recordEntry.findFirstOrThrow({ where: { runId, kind: 'run.taken_over' }, select: { at: true } });
	bench.say(`  taken over in ${entry.at.getTime() - diedAt} ms`);
	return entry.at.getTime() - diedAt;
}

/** Executes the change, does `disturb` when its statement is asleep, and comes back with the outcome. */
export async function runAsleep(bench: Bench, disturb: (runId: string) => Promise<void> | void): Promise<Report> {
	const { cluster, console, app, targets, enqueue, fixture } = bench;
	const target = targets.attested;
	await freshCopy({ cluster, target, database: OURS, from: fixture });
	mkdirSync(target.backup.folder, { recursive: true, mode: 0o700 });
	app.setHealthy(true);
	let disturbed: Promise<void> = Promise.resolve();
	const onStarted = (runId: string) => {
		disturbed = untilAsleep(bench, runId).then(() => disturb(runId));
		disturbed.catch(() => undefined); // Told below.
	};
	const report = await takeChangeThrough({
		console,
		targets: targets.targets,
		target,
		bundle: SLEEPS,
		enqueue,
		say: () => undefined,
		onStarted,
	});
	await disturbed;
	return report;
}

/** Does `work` while the change's statement is asleep, aborts the run whatever comes of it, and gives what `work` gave. */
export async function whileAsleep<T>(bench: Bench, work: (runId: string) => Promise<T>): Promise<T> {
	const done: T[] = [];
	await runAsleep(bench, async (runId) => {
		try {
			done.push(await work(runId));
		} finally {
			await pressAbort(bench, runId);
		}
	});
	const [value] = done;
	if (value === undefined) throw new Error('the run ended before it was asleep');
	return value;
}

async function pressAbort({ console }: Bench, runId: string): Promise<void> {
	const pressed = await abortRun({ store: console.store, actor: await signInAs(console, 'operator'), runId, reason: 'Benchmark' });
	if (!pressed.ok) throw new Error(pressed.refusal.message);
}

async function untilAsleep({ cluster }: Bench, runId: string): Promise<void> {
	await asSuperuser(cluster, async (client) => {
		const deadline = Date.now() + WITHIN_MS;
		for (;;) {
			const { rowCount } = await client.query(`select 1 from pg_stat_activity where application_name = $1 and wait_event = 'PgSleep'`, [
				`countersign run ${runId}`,
			]);
			if (rowCount) return;
			if (Date.now() > deadline) throw new Error(`the run has not come to its statement within ${WITHIN_MS / 1000} s`);
			await new Promise((resolve) => setTimeout(resolve, POLL_MS));
		}
	});
}
