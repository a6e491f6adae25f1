import { countChangedLines } from '#lib/bundle/count-changed-lines.ts';
import { compareFiles } from '#lib/domain/bundle/compare-files.ts';
import { ROLE_TITLE, type Seat } from '#lib/domain/roles.ts';
import type { Store } from '#lib/store/client.ts';
import { readRevisionFile } from './read-revision-file.ts';

export type FileDifference = { path: string; state: 'added' | 'changed' | 'removed'; added: number; removed: number; isExact: boolean };

const SELECT = {
	number: true,
	manifest: true,
	reason: true,
	whyNotStaging: true,
	risk: true,
	files: { select: { path: true, sha256: true, position: true }, orderBy: { position: 'asc' as const } },
};

/** What differs from the last revision before this one that anybody signed or refused; null when there is none. */
export async function readDifferences(store: Store, { changeId, revision }: { changeId: string; revision: number }) {
	const decision = await store.signature.findFirst({
		where: { changeId, revision: { number: { lt: revision } } },
		orderBy: [{ revision: { number: 'desc' } }, { issuedAt: 'desc' }],
		select: { decision: true, seat: true, reason: true, signer: { select: { name: true } }, revision: { select: SELECT } },
	});
	if (!decision) return null;
	const before = decision.revision;
	const after = await store.revision.findUniqueOrThrow({ where: { changeId_number: { changeId, number: revision } }, select: SELECT });
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

type Revision = { number: number; files: { path: string; sha256: string }[] };
type Pair = { changeId: string; before: Revision; after: Revision };

/** Only the files whose hashes differ are read. */
async function differencesOf(store: Store, { changeId, before, after }: Pair): Promise<FileDifference[]> {
	const found: FileDifference[] = [];
	// One at a time: two bundles may weigh 40 MB together.
	for (const { path, state } of compareFiles(before.files, after.files)) {
		if (state === 'unchanged') continue;
		const [old, fresh] = await Promise.all(
			[before, after].map(({ number }) => readRevisionFile(store, { changeId, revision: number, path })),
		);
		found.push({ path, state, ...countChangedLines(old ?? Buffer.alloc(0), fresh ?? Buffer.alloc(0)) });
	}
	return found;
}

function orderOf({ files }: Revision): string {
	return JSON.stringify(files.map(({ path }) => path));
}
