// Measures the console against the procedure that people ran by hand, on identical databases, in turns. Makes everything that
// it needs, and removes it. `--quick` only shows that it works. `--only PART` measures that part, and puts its rows in place of those that
// results.json has, unless it was quick. `--rounds N`: how often both take turns.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { enqueueWith } from '#lib/store/queue.ts';
import { tell } from '#scripts/demo/tell.ts';
import { ensurePostgresql } from '#scripts/set-up/postgresql.ts';
import { makeThrowawayCluster, type ThrowawayCluster } from '#scripts/throwaway/cluster.ts';
import { openThrowawayConsole, openThrowawayQueue } from '#scripts/throwaway/console.ts';
import { startStandInApplication } from '#scripts/throwaway/stand-in-application.ts';
import { openBaseline } from './baseline.ts';
import { readBundle } from './bundle.ts';
import { startConsoleProcess } from './console-process.ts';
import { asSuperuser, FIXTURE, SMALL } from './databases.ts';
import { peakMemoryMb } from './memory.ts';
import { measureFingerprint } from './parts/fingerprint.ts';
import { measureLongJournal } from './parts/long-journal.ts';
import { measureManyStatements } from './parts/many-statements.ts';
import { measurePages } from './parts/pages.ts';
import { measureRehearsing } from './parts/rehearsing.ts';
import { measureReview } from './parts/reviewing.ts';
import { measureStreaming } from './parts/streaming.ts';
import { type Bench, measureRound, type Round } from './rounds.ts';
import { composeRows, judgedRows, type Measured, type Row } from './rows.ts';
import { FULL, QUICK, type Sizes } from './sizes.ts';
import { measureTakeover } from './sleeping-run.ts';
import { enrollFixture, writeTargets } from './targets.ts';
import { measureWatching } from './watching.ts';

const RESULTS = join(import.meta.dirname, 'results.json');

if (process.platform !== 'linux')
	throw new Error('the benchmark needs Linux: the script that it compares with does, and so does measuring memory');
/** `run`: the console beside the procedure that people ran by hand. */
const PARTS = ['run', 'rehearsal', 'statements', 'fingerprint', 'review', 'pages', 'streaming', 'journal'] as const;
type Part = (typeof PARTS)[number];

const { values } = parseArgs({
	options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, rounds: { type: 'string' } },
});
const sized = values.quick ? QUICK : FULL;
const sizes = { ...sized, rounds: Number(values.rounds ?? sized.rounds) };
const wanted = PARTS.filter((part) => values.only === undefined || part === values.only);
if (wanted.length === 0) throw new Error(`there is no part ${values.only}: it takes ${PARTS.join(', ')}`);
const undo: (() => Promise<unknown>)[] = [];
const stopped = new Promise<never>((_, reject) => {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => reject(new Error(`stopped by ${signal}`)));
});
try {
	const rows = await Promise.race([measure(sizes), stopped]);
	if (sizes.judged) {
		const kept = values.only === undefined ? rows : replacedIn(readResults(), rows);
		writeFileSync(RESULTS, `${JSON.stringify(kept, null, '\t')}\n`);
	}
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
	// Which database is copied has nothing to do with how long statements, or a review, take.
	await baseline.makeFixture(SMALL, QUICK);
	const fixture = wanted.includes('run') || wanted.includes('rehearsal') ? FIXTURE : SMALL;
	if (fixture === FIXTURE) await tell('Making the production-like database', () => baseline.makeFixture(FIXTURE, sizes));
	for (const database of new Set([SMALL, fixture])) await enrollFixture(target, targets, database);
	const bytes = await asSuperuser(
		target,
		async (client) =>
			(await client.query<{ size: string }>('select pg_size_pretty(pg_database_size(current_database())) as size')).rows[0]?.size,
		fixture,
	);
	const boss = await openThrowawayQueue(console_);
	undo.push(() => boss.stop({ graceful: true, timeout: 5_000 }));
	console.log(
		`${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB; database of ${bytes}, ${sizes.files} files of DDL, ${sizes.rounds} rounds`,
	);

	const bench: Bench = {
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
		fixture,
		folder,
		say: console.log,
	};
	const parts: Record<Part, () => Promise<Measured[]>> = {
		run: () => measureRuns(bench, { targetsFile: targets.file, sizes }),
		rehearsal: () => measureRehearsing(bench, sizes),
		statements: () => measureManyStatements(bench, sizes),
		fingerprint: () => measureFingerprint(bench, sizes),
		review: () => measureReview(bench, sizes),
		pages: () => measurePages(bench, sizes),
		streaming: () => measureStreaming(bench, sizes),
		journal: () => measureLongJournal(bench, sizes),
	};
	const rows: Measured[] = [];
	// First the one that kills the console: the memory of a run is not to be that of what was done before.
	for (const part of wanted) rows.push(...(await parts[part]()));
	return judgedRows(rows);
}

async function measureRuns(bench: Bench, { targetsFile, sizes }: { targetsFile: string; sizes: Sizes }): Promise<Measured[]> {
	const { web, console: console_, folder } = bench;
	const rounds: Round[] = [];
	for (let n = 1; n <= sizes.rounds; n += 1) {
		console.log(`Round ${n}`);
		rounds.push(await Promise.race([measureRound(bench), whenEnded(web)]));
	}
	const peakMb = peakMemoryMb(web.pid);
	const watching = await measureWatching(bench);
	const startAnother = async () => {
		const second = await startConsoleProcess({ databaseUrl: console_.databaseUrl, targetsFile, folder });
		undo.push(second.stop);
		bench.web = second;
	};
	const takeoverMs = await measureTakeover(bench, { startAnother, killOwner: () => process.kill(web.pid, 'SIGKILL') });
	return composeRows({ rounds, peakMb, watching, takeoverMs, judged: sizes.judged });
}

function readResults(): Row[] {
	return JSON.parse(readFileSync(RESULTS, 'utf8')) as Row[];
}

/** Each row in the place of the one of its name, or at the end. */
function replacedIn(rows: Row[], by: Row[]): Row[] {
	const known = new Set(rows.map(({ name }) => name));
	return [...rows.map((row) => by.find(({ name }) => name === row.name) ?? row), ...by.filter(({ name }) => !known.has(name))];
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
