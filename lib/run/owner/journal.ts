import type { JournalEvent, Step, Truth } from '#lib/domain/run.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';

/** Another process owns the run now. The old owner must write nothing more, anywhere. */
export class LostOwnership extends Error {
	constructor(runId: string) {
		super(`run ${runId} has another owner now`);
		this.name = 'LostOwnership';
	}
}

/** Rows in quick succession are stored together: 1,400 short statements then cost dozens of inserts, not hundreds. */
const GATHER_MS = 100;

type Row = { seq: number; at: string; step: Step; phase: string; data: unknown };

/**
 * The journal of one run, written by its owner only. `tell` is for frequent events and returns at once; rows are stored in
 * order, in batches, one batch at a time. `flush` returns when all of them are stored, or throws the first error:
 * a run that cannot write its journal goes no further.
 */
export type Journal = {
	tell: (step: Step, event: JournalEvent) => void;
	flush: () => Promise<void>;
	/**
	 * Whether the change is committed: stored in the run and in the journal together, before anything else happens. If `first` throws,
	 * in the same transaction, it is not stored.
	 */
	setTruth: (step: Step, truth: Truth, first?: (tx: StoreTransaction) => Promise<void>) => Promise<void>;
};

export async function openJournal({ store, runId, fence }: { store: Store; runId: string; fence: number }): Promise<Journal> {
	const last = await store.journalEntry.aggregate({ where: { runId }, _max: { seq: true } });
	let seq = last._max.seq ?? 0;
	let pending: Row[] = [];
	let writing: Promise<void> | null = null;
	let failed: { error: unknown } | null = null;
	let flushes = 0;
	let endGathering = () => {};

	const tell = (step: Step, event: JournalEvent) => {
		if (replaceBeginning(pending, event)) return;
		seq += 1;
		pending.push({ seq, at: new Date().toISOString(), step, phase: event.phase, data: event.data });
		writing ??= writeAll();
	};
	const writeAll = async () => {
		try {
			while (pending.length > 0) {
				if (flushes === 0) await gather();
				const batch = pending;
				pending = [];
				await insertRows(store, { runId, fence, rows: batch });
			}
		} catch (error) {
			failed ??= { error };
		} finally {
			writing = null;
		}
	};
	const gather = () =>
		new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, GATHER_MS);
			endGathering = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	const flush = async () => {
		flushes += 1;
		endGathering();
		while (writing) await writing;
		flushes -= 1;
		if (failed) throw failed.error;
	};
	const setTruth: Journal['setTruth'] = async (step, truth, first) => {
		await flush();
		await store.$transaction(async (tx) => {
			await first?.(tx);
			seq += 1;
			const row: Row = { seq, at: new Date().toISOString(), step, phase: 'truth', data: truth };
			await insertRows(tx, { runId, fence, rows: [row] });
			await updateOwnRun(tx, { runId, fence }, { truth });
		});
	};
	return { tell, flush, setTruth };
}

/** A statement that ends before its start was stored needs only one row; often hundreds in a row do. */
function replaceBeginning(pending: Row[], event: JournalEvent): boolean {
	const last = pending.at(-1);
	if (event.phase !== 'statement done' || last?.phase !== 'statement started') return false;
	Object.assign(last, { phase: event.phase, data: event.data });
	return true;
}

/** Changes the run's row if it is still ours. */
export async function updateOwnRun(
	tx: Store | StoreTransaction,
	own: { runId: string; fence: number },
	data: Parameters<Store['run']['updateMany']>[0]['data'],
): Promise<void> {
	const { count } = await tx.run.updateMany({ where: { id: own.runId, fence: own.fence }, data });
	if (count !== 1) throw new LostOwnership(own.runId);
}

/** Stores rows if the run is still ours, and locks its row so that nobody takes it over in between. */
async function insertRows(
	tx: Store | StoreTransaction,
	{ runId, fence, rows }: { runId: string; fence: number; rows: Row[] },
): Promise<void> {
	const count = await tx.$executeRaw`
		with own as (select id from run where id = ${runId}::uuid and fence = ${fence} for share)
		insert into journal_entry (run_id, seq, at, step, phase, data)
		select own.id, r.seq, r.at, r.step, r.phase, r.data
		from own, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (seq int, at timestamptz, step text, phase text, data jsonb)`;
	if (count !== rows.length) throw new LostOwnership(runId);
}
