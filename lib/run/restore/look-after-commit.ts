import { isConsolesOwn, rowsOf, type TableLoss, type Truncated } from '#lib/domain/restore-price.ts';
import { log } from '#lib/log.ts';
import { type Census, readSequences, type SequenceCensus, type TableCensus, takeCensus } from '#lib/postgres/catalog/census.ts';
import { type CatalogEntry, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import {
	type OwnWrites,
	readWriteCounters,
	settleWriteCounters,
	type TouchedTable,
	type WriteCounters,
	writesBetween,
} from '#lib/postgres/sessions/write-counters.ts';
import { LostOwnership } from '#lib/run/owner/journal.ts';
import type { KeptBackup } from '#lib/run/owner/keep-facts.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import type { Store } from '#lib/store/client.ts';

/** What the change itself has done, read inside its transaction right before COMMIT. */
export type Left = {
	ownWrites: OwnWrites;
	/** The tables that it may have written to: what all others held is in the backup. */
	touched: TouchedTable[];
	/** What it did to the whole cluster, in words; missing where an older version kept none. */
	stays?: string[];
	/** As the change leaves it; null when it could not be read there. */
	catalog: CatalogEntry[] | null;
	/**
	 * Where sequences stood right before COMMIT, and those that smoke tests have moved since: others move them without a transaction, so that the
	 * look after COMMIT would take that for the change's own. Missing where there are none, or an older version kept none.
	 */
	sequences?: SequenceCensus[];
};

/** The target as the change has left it: what differs from it later, others did. */
export type Look = {
	catalog: CatalogEntry[];
	/** Tables that the change did not touch are as in the backup. */
	census: Census;
	/** From here on others' writes are counted, table by table. */
	counters: WriteCounters;
	/** What others did, before it was looked, to the tables that the change touched. */
	late: { tables: TableLoss[]; truncated: Truncated[] };
};

type Place = Pick<OpenRun, 'store' | 'target' | 'runId'>;
type Kept = LeftAsKept & { seen?: Look };
/** What the run's row holds from right before COMMIT on. */
export type LeftAsKept = { left: Left };

/** Keeps what the change has done, right before COMMIT. */
export function leftAsKept(left: Left): Kept {
	return { left };
}

/**
 * Looks at the target as the change has left it, once, and keeps that with the run: whoever takes the run over, and whoever prices its
 * restore, finds it. Counts only the tables that the change touched. Throws when others may have written to those before and statistics cannot tell
 * what: a crash in between, or sessions that stay busy.
 */
export async function lookAfterCommit({ store, target, runId }: Place, signal: AbortSignal): Promise<Look> {
	const { look, backup, xid } = await store.run.findUniqueOrThrow({
		where: { id: runId },
		select: { look: true, backup: true, xid: true },
	});
	const kept = look as Kept | null;
	if (kept?.seen) return withSequencesLeft(kept.seen, kept.left);
	if (!kept || !backup || xid === null) throw new Error('the run was begun by an older version, which kept nothing to compare with');
	const place = { target, login: 'backup', applicationName: `countersign look ${runId}`, signal } as const;
	const before = backup as KeptBackup;
	const seen = await withTarget(place, async (client) => {
		const catalog = kept.left.catalog ?? (await readCatalog(client));
		const except = untouched(before.census, kept.left);
		const counted = await takeCensus({ ...place, jobs: target.backup.jobs, except, newerThan: xid });
		const census = withUntouched(counted, { before: before.census, except });
		return { catalog, census, ...(await readLate(client, { left: kept.left, before, counted: [...counted.tables, ...counted.beside] })) };
	});
	return withSequencesLeft(await keepSeen(store, runId, seen), kept.left);
}

function withSequencesLeft(seen: Look, { sequences: left }: Left): Look {
	const asLeft = new Map((left ?? []).map((one) => [one.sequence, one]));
	return { ...seen, census: { ...seen.census, sequences: seen.census.sequences.map((one) => asLeft.get(one.sequence) ?? one) } };
}

/** Keeps where sequences stand right before COMMIT, beside what `leftAsKept` has. */
export async function keepSequencesLeft({ store, runId, fence }: OpenRun, sequences: SequenceCensus[]): Promise<void> {
	if (sequences.length === 0) return;
	const count = await store.$executeRaw`
		update run set look = jsonb_set(look, '{left,sequences}', ${JSON.stringify(sequences)}::jsonb)
		where id = ${runId}::uuid and fence = ${fence} and look is not null`;
	if (count !== 1) throw new LostOwnership(runId);
}

/** Large objects are made without a lock that would stay. */
function untouched({ tables, beside }: Census, { touched }: Left): Set<string> {
	const names = [...tables, ...beside].map(({ table }) => table);
	const counted = new Set([...touched.map(({ table }) => table), 'pg_catalog.pg_largeobject_metadata']);
	return new Set(names.filter((name) => !counted.has(name)));
}

function withUntouched(counted: Census, { before, except }: { before: Census; except: ReadonlySet<string> }): Census {
	const asBefore = ({ table }: { table: string }) => except.has(table);
	return {
		...counted,
		tables: [...counted.tables, ...before.tables.filter(asBefore)],
		beside: [...counted.beside, ...before.beside.filter(asBefore)],
	};
}

type LateInput = { left: Left; before: KeptBackup; counted: TableCensus[] };

/**
 * What others wrote to the tables that the change touched. Where these hold as many rows as the change has left and none that is newer, it is
 * nothing, whatever statistics say. Else the counters tell, which are read after the rows: what is written in between counts, instead
 * of being lost unseen. The console's own notes do not count: another run that was refused has left one.
 */
async function readLate(client: TargetClient, { left, before, counted }: LateInput): Promise<Pick<Look, 'counters' | 'late'>> {
	const touched = new Set(counted.map(({ table }) => table));
	const isTouched = ({ table }: { table: string }) => touched.has(table);
	const ofOthers = counted.filter(({ table }) => !isConsolesOwn(table));
	const written = new Map(ofOthers.filter((table) => !isAsLeft(table, { left, before })).map((table) => [table.table, table]));
	if (written.size === 0)
		return { late: { tables: [], truncated: [] }, counters: countedFrom(await readWriteCounters(client), before.counters, isTouched) };
	const { settled, ...counters } = await settleWriteCounters(client, before.counters);
	if (!settled) throw new Error(untellable([...written.values()]));
	const tables = writesBetween(before.counters, counters, left.ownWrites).flatMap((loss) => seenIn(written.get(loss.table), loss));
	const truncated = ofOthers.flatMap((table) => truncatedLate(table, { left, before, tables }));
	return { late: { tables, truncated }, counters: countedFrom(counters, before.counters, isTouched) };
}

/**
 * Statistics tell nothing while sessions are busy, and the rows alone do not tell either: what the change wrote inside a block with an EXCEPTION clause has
 * ids of its own, which PostgreSQL shows nobody, as have rows of others; and what such a block or a check has rolled back is in no count.
 */
function untellable(tables: TableCensus[]): string {
	const names = tables.map(({ table }) => table).join(', ');
	return `other sessions stay busy in the target, so that it cannot be told what they wrote: rows of ${names} are of others, or of a block with an EXCEPTION clause or a check of this change`;
}

/** Counters count what was rolled back too, a smoke test's attempts among it: where no row is newer, nobody has inserted or updated one. */
function seenIn(table: TableCensus | undefined, loss: TableLoss): TableLoss[] {
	if (!table) return [];
	const seen = table.newer > 0 ? loss : { ...loss, inserted: 0, updated: 0 };
	return rowsOf(seen) > 0 ? [seen] : [];
}

type AsLeft = Omit<LateInput, 'counted'>;

/** System catalogs are in no statistics: what is not as before there is told by the catalog. */
function isAsLeft(table: TableCensus, asLeft: AsLeft): boolean {
	return table.table.startsWith('pg_catalog.') || (table.newer === 0 && table.rows === rowsAsLeft(table, asLeft));
}

function rowsAsLeft({ table }: TableCensus, { left, before }: AsLeft): number {
	const was = [...before.census.tables, ...before.census.beside].find((t) => t.table === table)?.rows ?? 0;
	const own = left.ownWrites.find((t) => t.table === table);
	return was + (own?.inserted ?? 0) - (own?.deleted ?? 0);
}

/** Another file than the change has left, and fewer rows than the counters explain. */
function truncatedLate(table: TableCensus, { tables, ...asLeft }: AsLeft & { tables: TableLoss[] }): Truncated[] {
	const file = asLeft.left.touched.find((touched) => touched.table === table.table)?.file;
	if (file === undefined || file === table.file) return [];
	const loss = tables.find((t) => t.table === table.table);
	const before = rowsAsLeft(table, asLeft);
	const missing = before + (loss?.inserted ?? 0) - (loss?.deleted ?? 0) - table.rows;
	return missing > 0 ? [{ table: table.table, before, after: table.rows }] : [];
}

/** Tables that the change touched are counted from now on, all others from the backup on, unless that was forgotten. */
function countedFrom(now: WriteCounters, backup: WriteCounters, isTouched: (table: { table: string }) => boolean): WriteCounters {
	if (now.resetAt !== backup.resetAt) return now;
	const old = new Map(backup.tables.map((table) => [table.oid, table]));
	const tables = now.tables.map(
		(table) => (isTouched(table) ? table : old.get(table.oid)) ?? { ...table, inserted: 0, updated: 0, deleted: 0 },
	);
	return { ...now, snapshot: backup.snapshot, tables };
}

/** The first look counts: a later one would take what others did meanwhile for the change's own. */
async function keepSeen(store: Store, runId: string, seen: Look): Promise<Look> {
	const count = await store.$executeRaw`
		update run set look = look || ${JSON.stringify({ seen })}::jsonb where id = ${runId}::uuid and look->'seen' is null`;
	return count === 1 ? seen : ((await readKept(store, runId)) as Look);
}

async function readKept(store: Store, runId: string): Promise<Look | null> {
	const { look } = await store.run.findUniqueOrThrow({ where: { id: runId }, select: { look: true } });
	return (look as Kept | null)?.seen ?? null;
}

/**
 * Does `work`, and takes sequences that move meanwhile for our own doing: a smoke test moves them, and no rollback moves them back.
 * What cannot be read now is no reason to stop.
 */
export async function withOwnSequences<T>(run: OpenRun, work: () => Promise<T>): Promise<T> {
	const { target, runId } = run;
	const read = () =>
		withTarget({ target, login: 'backup', applicationName: `countersign look ${runId}`, signal: answerWithin() }, readSequences).catch(
			() => null,
		);
	const before = await read();
	const [done] = await Promise.allSettled([work()]);
	const after = before && (await read());
	const keeping = after ? keepSequences(run, { before, after }) : Promise.resolve();
	// What a smoke test says goes before what could not be kept of its sequences.
	if (done.status === 'rejected') {
		await keeping.catch((error: Error) => log.error({ runId, error }, 'the sequences that smoke tests moved could not be kept'));
		throw done.reason;
	}
	await keeping;
	return done.value;
}

async function keepSequences(
	{ store, runId, fence }: OpenRun,
	{ before, after }: { before: SequenceCensus[]; after: SequenceCensus[] },
): Promise<void> {
	const { look } = await store.run.findUniqueOrThrow({ where: { id: runId }, select: { look: true } });
	const kept = look as Kept | null;
	const left = kept?.left.sequences ?? kept?.seen?.census.sequences;
	if (!left) return;
	const old = new Map(before.map((s) => [s.sequence, s]));
	const now = new Map(after.map((s) => [s.sequence, s]));
	// One that stood elsewhere already when the smoke tests began was moved by others since COMMIT: that stays in the price.
	const sequences = left.map((s) => {
		const [was, is] = [old.get(s.sequence), now.get(s.sequence)];
		return was && is && isSamePlace(was, s) ? is : s;
	});
	await store.$executeRaw`
		update run set look = jsonb_set(look, '{left,sequences}', ${JSON.stringify(sequences)}::jsonb)
		where id = ${runId}::uuid and fence = ${fence}`;
}

function isSamePlace(one: SequenceCensus, other: SequenceCensus): boolean {
	return one.lastValue === other.lastValue && one.isCalled === other.isCalled;
}
