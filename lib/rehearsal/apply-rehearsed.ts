import type { BundleStatement } from '#lib/bundle/split-bundle.ts';
import type { RehearsalPart } from '#lib/domain/rehearsed/parts.ts';
import { type GateContext, StepFailed } from '#lib/gates/gate.ts';
import { tryQueries } from '#lib/gates/trial.ts';
import { type Census, takeCensusOn } from '#lib/postgres/catalog/census.ts';
import { type CatalogEntry, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { readDefinitions } from '#lib/postgres/catalog/read-definitions.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { behindClosedDoor, type Guest } from '#lib/postgres/sessions/closed-door.ts';
import { beginFootprint, readRelations } from '#lib/postgres/sessions/footprint.ts';
import { askOn } from '#lib/run/smoke-test-again.ts';
import { applyAndCheck, beginUnderLimits } from '#lib/run/transaction/apply-and-check.ts';
import { assertConsoleStays, readNeeds } from '#lib/run/transaction/before-commit/console-stays.ts';
import { cancelOnAbort } from '#lib/run/transaction/cancel-on-abort.ts';
import { changeLogRowOf } from '#lib/run/transaction/change-log-row.ts';
import { failureOfCheck } from '#lib/run/transaction/check-inside.ts';
import { inTime } from '#lib/run/transaction/in-time.ts';
import type { OpenTransaction } from '#lib/run/transaction/open-transaction.ts';
import { cutOff } from './cut-off.ts';
import { keepCatalogChanges, keepDefinitions, keepLocks, keepRows, keepVisible, toDefine } from './keep-report.ts';
import type { OpenRehearsal } from './open-rehearsal.ts';
import { assertNothingRevealed } from './reading/assert-nothing-revealed.ts';
import { type Before, readAfter, readBefore } from './reading/observe-reading.ts';
import { readSharedChanges } from './shared-changes.ts';

/** One applies and checks inside the transaction, one checks before and after it, one looks, and one owns the copy. */
const GUESTS: readonly Guest[] = [
	{ login: 'run', pipeline: true, cutsLong: true },
	{ login: 'run', cutsLong: true },
	{ login: 'backup' },
	{ login: 'restore' },
];

type Copy = {
	database: string;
	before: Census;
	live: CatalogEntry[];
	statements: BundleStatement[];
	enter: (part: RehearsalPart) => Promise<void>;
};

/**
 * The run's own trial, transaction and smoke tests on a copy of the database that nobody else can enter: by the same code, with the same
 * login, roles and limits. Nothing of the application is asked. What is seen goes into the report.
 */
export async function applyRehearsed(
	rehearsal: OpenRehearsal,
	context: GateContext,
	{ database, before, live, statements, enter }: Copy,
): Promise<void> {
	const { place: target, signal } = rehearsal;
	const asked = { target, database, applicationName: `countersign rehearse ${rehearsal.id}`, signal, guests: GUESTS };
	await behindClosedDoor(asked, async ([applying, checking, looking, owning]) => {
		if (!applying || !checking || !looking || !owning) throw new Error('no connection was made');
		await cutOff(owning, target.connection.appliesAs ?? target.connection.logins.run.user);
		await enter('trial');
		await tryQueries(checking, context);
		const { readers, queries } = target.rehearsal;
		const seen = await readBefore(
			{ reading: checking, trusted: looking, owner: target.connection.appliesAs },
			{ readers, queries, signal },
		);
		await enter('transaction');
		const catalog = await readCatalog(looking);
		await applyObserved(rehearsal, context, { applying, looking, statements, live, catalog, seen });
		assertNothingRevealed(rehearsal.report.visible ?? [], statements);
		if (!rehearsal.report.transaction?.committed) return;
		await enter('smoke tests');
		await smokeTest(checking, context);
		keepRows(rehearsal.report, before, await takeCensusOn(looking));
	});
}

type Observed = {
	applying: TargetClient;
	looking: TargetClient;
	statements: BundleStatement[];
	/** Of the live database, and of the copy before the change. */
	live: CatalogEntry[];
	catalog: CatalogEntry[];
	seen: Before;
};

async function applyObserved(
	rehearsal: OpenRehearsal,
	context: GateContext,
	{ applying, looking, statements, live, catalog, seen }: Observed,
): Promise<void> {
	const { report, place: target, plan } = rehearsal;
	const footprint = beginFootprint(applying, await readRelations(looking));
	const transaction: OpenTransaction = {
		client: applying,
		// The copy takes no further connections; a cancel goes through the server.
		place: { target, login: 'run', database: target.connection.maintenanceDatabase },
		runId: rehearsal.id,
		statements,
		manifest: plan.manifest,
		appliesAs: target.connection.appliesAs,
		changeLogRow: changeLogRowOf({ plan, target, operator: `rehearsal of ${plan.change}`, runId: rehearsal.id }),
		afterEach: async (at) => inTime(transaction, footprint.look(at)),
		tell: context.tell,
		signal: rehearsal.signal,
		abort: rehearsal.abort,
	};
	const stopHeeding = await cancelOnAbort(transaction);
	const startedAt = performance.now();
	let restedMs = 0;
	const walBefore = await readWalPosition(looking);
	try {
		await beginUnderLimits(transaction);
		// The run's marker gives its transaction a number before the bundle begins.
		await inTime(transaction, applying.query('select pg_catalog.pg_current_xact_id()'));
		const needs = await readNeeds(transaction, target);
		await applyAndCheck(transaction);
		await assertConsoleStays(transaction, target, needs);
		const after = await inTime(transaction, readCatalog(applying));
		const shared = await readSharedChanges(applying, looking);
		keepCatalogChanges(report, { live, before: catalog, after, isElsewhere: target !== rehearsal.target });
		report.fingerprintAfter = fingerprintOf(after);
		const readingFrom = performance.now();
		keepDefinitions(report, 'is', await inTime(transaction, readDefinitions(applying, toDefine(report, 'is'))));
		await keepReading(rehearsal, applying, seen);
		restedMs = performance.now() - readingFrom;
		const committed = shared.length === 0;
		await end(applying, committed ? 'COMMIT' : 'ROLLBACK');
		report.transaction = {
			ms: Math.round(performance.now() - startedAt - restedMs),
			committed,
			shared,
			statements: statements.length,
			walBytes: await readWalSince(looking, walBefore),
			tempBytes: committed ? await readTempBytes(applying, looking) : null,
		};
	} finally {
		stopHeeding();
		keepLocks(
			report,
			footprint.end((at) => ({ file: statements[at]?.file ?? '', line: statements[at]?.statement.line ?? 0 }), restedMs),
		);
	}
}

async function keepReading({ report, target, plan, signal }: OpenRehearsal, client: TargetClient, before: Before): Promise<void> {
	const meant = new Set(plan.manifest.reveals.map(({ reader, relation }) => `${reader} ${relation}`));
	const isMeant = ({ reader, relation }: { reader: string; relation: string }) => meant.has(`${reader} ${relation}`);
	const { readers, queries } = target.rehearsal;
	const { visible, plans } = await readAfter(client, { readers, queries, before, isMeant, signal });
	if (visible) keepVisible(report, visible);
	report.plans = plans;
}

/** As the run asks them after COMMIT, but for the application's own endpoint. */
async function smokeTest(client: TargetClient, { plan, tell }: GateContext): Promise<void> {
	for (const test of plan.manifest.smokeTests) {
		const startedAt = performance.now();
		const verdict = await askOn(client, { manifest: plan.manifest, test });
		tell({ phase: 'check', data: { name: test.name, ...verdict, role: test.role, ms: Math.round(performance.now() - startedAt) } });
		if (!verdict.passed)
			throw new StepFailed(
				failureOfCheck({ kind: 'Smoke test', ...test }, verdict, 'Correct the bundle or the expectation in a new revision.'),
			);
	}
}

/** What the server did is in its answer: a COMMIT of a transaction that has failed is answered by ROLLBACK. */
async function end(client: TargetClient, how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
	const { command } = await client.query(how);
	if (command !== how) throw new Error(`${how} in the copy was answered by ${command}`);
}

async function readWalPosition(client: TargetClient): Promise<string> {
	const { rows } = await client.query<{ at: string }>('select pg_catalog.pg_current_wal_insert_lsn()::text as at');
	if (!rows[0]) throw new Error('the server did not return where its WAL ends');
	return rows[0].at;
}

async function readWalSince(client: TargetClient, position: string): Promise<number> {
	const { rows } = await client.query<{ bytes: string }>(
		'select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), $1) as bytes',
		[position],
	);
	if (!rows[0]) throw new Error('the server did not return how much WAL there is');
	return Number(rows[0].bytes);
}

/** The session that sorted and hashed reports it when asked to; the copy is nobody else's. */
async function readTempBytes(applied: TargetClient, looking: TargetClient): Promise<number> {
	await applied.query('select pg_catalog.pg_stat_force_next_flush()');
	await applied.query('select 1');
	const { rows } = await looking.query<{ bytes: string }>(
		'select temp_bytes as bytes from pg_catalog.pg_stat_database where datname = pg_catalog.current_database()',
	);
	if (!rows[0]) throw new Error('the server did not return how much temporary space was used');
	return Number(rows[0].bytes);
}
