// Measures the console against the procedure that people ran by hand, on identical databases, in turns. Makes everything that
// it needs, and removes it. `--quick` only shows that it works.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MARKER_SQL } from '#lib/postgres/marker.ts';
import { enqueueWith } from '#lib/store/queue.ts';
import { tell } from '#scripts/demo/tell.ts';
import { ensurePostgresql } from '#scripts/set-up/postgresql.ts';
import { makeThrowawayCluster, type ThrowawayCluster } from '#scripts/throwaway/cluster.ts';
import { openThrowawayConsole, openThrowawayQueue } from '#scripts/throwaway/console.ts';
import { startStandInApplication } from '#scripts/throwaway/stand-in-application.ts';
import { openBaseline } from './baseline.ts';
import { readBundle } from './bundle.ts';
import { startConsoleProcess } from './console-process.ts';
import { asSuperuser, FIXTURE } from './databases.ts';
import { peakMemoryMb } from './memory.ts';
import { measurePages } from './pages.ts';
import { measureRound, type Round } from './rounds.ts';
import { composeRows, type Row } from './rows.ts';
import { FULL, QUICK, type Sizes } from './sizes.ts';
import { measureTakeover } from './sleeping-run.ts';
import { measureStreaming } from './streaming.ts';
import { writeTargets } from './targets.ts';
import { measureWatching } from './watching.ts';

const RESULTS = join(import.meta.dirname, 'results.json');

if (process.platform !== 'linux')
	throw new Error('the benchmark needs Linux: the script that it compares with does, and so does measuring memory');
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const sizes = values.quick ? QUICK : FULL;
const undo: (() => Promise<unknown>)[] = [];
const stopped = new Promise<never>((_, reject) => {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => reject(new Error(`stopped by ${signal}`)));
});
try {
	const rows = await Promise.race([measure(sizes), stopped]);
	writeFileSync(RESULTS, `${JSON.stringify(rows, null, '\t')}\n`);
	console.table(rows);
	if (!sizes.judged) console.log('Too small for times to be compared: only the full benchmark asks for ratios.');
	if (rows.some((row) => !row.ok)) process.exitCode = 1;
} finally {
	for (const one of undo.reverse()) await one().catch((error: Error) => console.error(error.message));
}
process.exit();

async function measure(sizes: Sizes): Promise<Row[]> {
	const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
	undo.push(async () => rmSync(folder, { recursive: true, force: true }));
	await ensurePostgresql();
	const target = await cluster({ archive: true });
	const console_ = await openThrowawayConsole(await cluster({ archive: false }));
	undo.push(console_.close);
	const app = await startStandInApplication();
	undo.push(app.close);
	const baseline = await openBaseline(target, folder);
	const ddlFolder = join(folder, 'ddl');
	await baseline.writeDdlFiles(ddlFolder, sizes.files);
	const targets = writeTargets({ cluster: target, app, folder });
	const web = await tell('Starting the console', () =>
		startConsoleProcess({ databaseUrl: console_.databaseUrl, targetsFile: targets.file, folder }),
	);
	undo.push(web.stop);
	// What one trial loads would be vacuumed and analyzed while the next is measured.
	await asSuperuser(target, (client) => client.query('alter system set autovacuum = off'));
	await asSuperuser(target, (client) => client.query('select pg_reload_conf()'));
	await tell('Making the production-like database', () => baseline.makeFixture(FIXTURE, sizes));
	const bytes = await asSuperuser(
		target,
		async (client) => {
			await client.query(MARKER_SQL);
			return (await client.query<{ size: string }>('select pg_size_pretty(pg_database_size(current_database())) as size')).rows[0]?.size;
		},
		FIXTURE,
	);
	const boss = await openThrowawayQueue(console_);
	undo.push(() => boss.stop({ graceful: true, timeout: 5_000 }));
	console.log(
		`${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB; database of ${bytes}, ${sizes.files} files of DDL, ${sizes.rounds} rounds`,
	);

	const bench = {
		cluster: target,
		console: console_,
		web,
		app,
		baseline,
		targets,
		ddlFolder,
		bundle: await readBundle(ddlFolder, { standbyCopy: false }),
		copyingBundle: await readBundle(ddlFolder, { standbyCopy: true }),
		enqueue: enqueueWith(boss),
		folder,
		say: console.log,
	};
	const rounds: Round[] = [];
	for (let n = 1; n <= sizes.rounds; n += 1) {
		console.log(`Round ${n}`);
		rounds.push(await Promise.race([measureRound(bench), whenEnded(web)]));
	}
	const peakMb = peakMemoryMb(web.pid);
	const watching = await measureWatching(bench);
	const points = await measurePages(bench);
	const streaming = await measureStreaming(bench);
	const startAnother = async () => {
		const second = await startConsoleProcess({ databaseUrl: console_.databaseUrl, targetsFile: targets.file, folder });
		undo.push(second.stop);
	};
	const takeoverMs = await measureTakeover(bench, { startAnother, killOwner: () => process.kill(web.pid, 'SIGKILL') });
	return composeRows({ rounds, peakMb, watching, points, streaming, takeoverMs, judged: sizes.judged });
}

async function cluster({ archive }: { archive: boolean }): Promise<ThrowawayCluster> {
	const made = await makeThrowawayCluster({ archive, durable: true });
	undo.push(made.destroy);
	return made;
}

async function whenEnded({ name, ended, log }: { name: string; ended: Promise<void>; log: string }): Promise<never> {
	await ended;
	throw new Error(`${name} ended: see ${log}`);
}
