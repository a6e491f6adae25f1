import { countChangedLines } from '#lib/bundle/count-changed-lines.ts';
import { contentOf } from '#lib/change/signed-bytes.ts';
import { type ComparedFile, compareFiles } from '#lib/domain/bundle/compare-files.ts';
import { ROLE_TITLE, type Seat } from '#lib/domain/roles.ts';
import type { Prisma, Store } from '#lib/store/client.ts';

export type FileDifference = { path: string; state: 'added' | 'changed' | 'removed'; added: number; removed: number; isExact: boolean };

/** Two bundles may weigh 40 MB together: not all of it at once. */
const AT_ONCE_BYTES = 8 * 1024 * 1024;

/** What must be read of a revision to be compared. */
export const COMPARED = {
	number: true,
	manifest: true,
	content: true,
	reason: true,
	whyNotStaging: true,
	risk: true,
	files: { select: { path: true, sha256: true, position: true }, orderBy: { position: 'asc' } },
} as const;

/** What differs from the last revision before this one that anybody signed or refused; null when there is none. */
export async function readDifferences(store: Store, { changeId, after }: { changeId: string; after: Revision }) {
	const decision = await store.signature.findFirst({
		where: { changeId, revision: { number: { lt: after.number } } },
		orderBy: [{ revision: { number: 'desc' } }, { issuedAt: 'desc' }],
		select: { decision: true, seat: true, reason: true, signer: { select: { name: true } }, revision: { select: COMPARED } },
	});
	if (!decision) return null;
	const before = decision.revision;
	const files = await differencesOf(store, { changeId, before, after });
	const manifest = countChangedLines(Buffer.from(before.manifest), Buffer.from(after.manifest));
	return {
		revision: before.number,
		decided: {
			refused: decision.decision === 'refuse',
			name: decision.signer.name,
			role: ROLE_TITLE[decision.seat as Seat],
			reason: decision.reason,
		},
		files: [
			...files,
			...(manifest.added + manifest.removed > 0 ? [{ path: 'manifest.yaml', state: 'changed' as const, ...manifest }] : []),
		],
		isReordered: files.every(({ state }) => state === 'changed') && orderOf(before) !== orderOf(after),
		words: [
			...(before.reason === after.reason ? [] : ['the reason']),
			...(before.whyNotStaging === after.whyNotStaging ? [] : ['why not through staging']),
			...(before.risk === after.risk ? [] : [`the risk: ${before.risk} before`]),
		],
	};
}

type Revision = Prisma.RevisionGetPayload<{ select: typeof COMPARED }>;
type Pair = { changeId: string; before: Revision; after: Revision };

/** Only the files whose hashes differ are read. */
async function differencesOf(store: Store, { changeId, before, after }: Pair): Promise<FileDifference[]> {
	const found: FileDifference[] = [];
	const differing = compareFiles(before.files, after.files).filter(({ state }) => state !== 'unchanged');
	for (const batch of batchesOf(differing, sizesOf([before, after]))) {
		const files = await store.revisionFile.findMany({
			where: { path: { in: batch.map(({ path }) => path) }, revision: { changeId, number: { in: [before.number, after.number] } } },
			select: { path: true, bytes: true, revision: { select: { number: true } } },
		});
		const bytesOf = (path: string, number: number) =>
			Buffer.from(files.find((file) => file.path === path && file.revision.number === number)?.bytes ?? []);
		for (const { path, state } of batch) {
			if (state === 'unchanged') continue;
			found.push({ path, state, ...countChangedLines(bytesOf(path, before.number), bytesOf(path, after.number)) });
		}
	}
	return found;
}

/** How much a file weighs in both revisions together. */
function sizesOf(revisions: Revision[]): Map<string, number> {
	const sizes = new Map<string, number>();
	for (const { content } of revisions)
		for (const { path, bytes } of contentOf({ content }).files) sizes.set(path, (sizes.get(path) ?? 0) + bytes);
	return sizes;
}

/** Files that are read together: a few queries for the largest bundles, and one for nearly all. */
function batchesOf(files: ComparedFile[], sizes: Map<string, number>): ComparedFile[][] {
	const batches: ComparedFile[][] = [];
	let room = 0;
	for (const file of files) {
		const size = sizes.get(file.path) ?? 0;
		if (batches.length === 0 || size > room) {
			batches.push([]);
			room = AT_ONCE_BYTES;
		}
		batches.at(-1)?.push(file);
		room -= size;
	}
	return batches;
}

function orderOf({ files }: Revision): string {
	return JSON.stringify(files.map(({ path }) => path));
}
