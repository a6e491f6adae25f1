import { createHash } from 'node:crypto';
import { bundleDigest, revisionDigest } from '#lib/bundle/revision-digest.ts';
import type { StagedRun } from '#lib/domain/route.ts';
import type { RevisionContent } from '#lib/domain/statement.ts';
import { type ParsedEntry, parseEntry, type StoredEntry } from '#lib/record/parse-entry.ts';
import type { StoreTransaction } from '#lib/store/client.ts';

/** What must have run, and where. */
type Wanted = Pick<StagedRun, 'staging' | 'bundle'>;

/** The newest run of that bundle that has succeeded on that staging target, by the record; null when there is none. */
export async function findStagedRun(tx: StoreTransaction, wanted: Wanted): Promise<StagedRun | null> {
	const [found] = await tx.$queryRaw<{ id: string }[]>`
		select r.id from revision v join run r on r.revision_id = v.id
		where bundle_digest(v.content) = ${wanted.bundle} and r.target = ${wanted.staging} and r.status = 'succeeded'
		order by r.ended_at desc limit 1`;
	if (!found) return null;
	const read = await readStagedRun(tx, { ...wanted, run: found.id });
	return read.ok ? read.run : null;
}

/** Why the record does not say what a signed route says, or null when it does. */
export async function flawOfStagedRun(tx: StoreTransaction, signed: StagedRun): Promise<string | null> {
	const read = await readStagedRun(tx, signed);
	if (!read.ok) return read.why;
	const differs = (Object.keys(read.run) as (keyof StagedRun)[]).filter((field) => read.run[field] !== signed[field]);
	return differs.length === 0 ? null : `the record says otherwise about its ${differs.join(', ')}`;
}

/**
 * A run on the staging target as three entries of the record have it: what was filed, with the content that its digest is taken over; that the
 * run was claimed for that digest; and that it ended as succeeded. Rows of other tables are not believed.
 */
async function readStagedRun(
	tx: StoreTransaction,
	wanted: Wanted & { run: string },
): Promise<{ ok: true; run: StagedRun } | { ok: false; why: string }> {
	const entries = await readEntries(tx, wanted.run);
	const claimed = entries.find(({ kind, subject }) => kind === 'run.claimed' && subject.runId === wanted.run);
	const ended = entries.findLast(({ kind, subject }) => kind === 'run.ended' && subject.runId === wanted.run);
	if (!claimed || !ended) return { ok: false, why: 'the record does not know that it ran to its end' };
	if (ended.data.outcome !== 'succeeded') return { ok: false, why: `the record says that it ended as ${String(ended.data.outcome)}` };
	if (claimed.subject.target !== wanted.staging || ended.subject.target !== wanted.staging)
		return { ok: false, why: `the record says that it ran on ${String(ended.subject.target)}` };
	const { revision, change } = claimed.subject;
	const filed = entries.find(({ kind, subject }) => kind.startsWith('change.') && subject.revision === revision);
	const content = filed?.data.content as RevisionContent | undefined;
	if (!content || revision === undefined || change === undefined) return { ok: false, why: 'the record does not have what was filed' };
	const { digest } = revisionDigest(content);
	if (digest !== claimed.data.digest) return { ok: false, why: 'it ran another revision than the record has' };
	if (content.target.name !== wanted.staging) return { ok: false, why: `it was filed for ${content.target.name}` };
	if (bundleDigest(content) !== wanted.bundle) return { ok: false, why: 'it ran another bundle' };
	return {
		ok: true,
		run: {
			staging: wanted.staging,
			bundle: wanted.bundle,
			change,
			revision,
			digest,
			run: wanted.run,
			number: Number(claimed.data.run),
			ended: ended.at,
			entry: ended.hash,
		},
	};
}

/** Throws when an entry is not what its hash says: then nothing in the record can be relied on. */
async function readEntries(tx: StoreTransaction, runId: string): Promise<ParsedEntry[]> {
	const run = await tx.run.findUnique({ where: { id: runId }, select: { changeId: true } });
	if (!run) return [];
	const stored = await tx.recordEntry.findMany({
		where: { changeId: run.changeId, kind: { in: ['change.filed', 'change.revised', 'run.claimed', 'run.ended'] } },
		orderBy: { seq: 'asc' },
		select: { seq: true, hash: true, previous: true, body: true },
	});
	for (const entry of stored) {
		if (!hashOf(entry).equals(Buffer.from(entry.hash))) throw new Error(`entry ${entry.seq} of the record does not match its hash`);
	}
	return stored.map(parseEntry);
}

/** docs/formats.md, "Record entry". */
function hashOf({ previous, body }: StoredEntry): Buffer {
	return createHash('sha256').update('countersign/record/v1\0').update(previous).update(body).digest();
}
