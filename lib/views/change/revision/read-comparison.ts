import { contentOf } from '#lib/change/signed-bytes.ts';
import { type ComparedFile, compareFiles } from '#lib/domain/bundle/compare-files.ts';
import { MANIFEST_NAME } from '#lib/domain/bundle/limits.ts';
import type { Store } from '#lib/store/client.ts';
import { readRevisionFiles } from './read-revision-file.ts';

/** A larger file, before or after, is not compared line by line: the browser would stand still. */
export const MAX_COMPARED_BYTES = 1024 * 1024;

type Ask = {
	store: Store;
	changeId: string;
	/** The current revision, and the earlier one it is compared with; null or not earlier: the one right before. */
	revision: number;
	from: number | null;
	/** The file to show; null or unknown: the first that differs. */
	path: string | null;
};

/** Two revisions of a change file by file, the manifest last, and one file's two texts; null when there is no earlier revision. */
export async function readComparison({ store, changeId, revision, from, path }: Ask) {
	if (revision < 2) return null;
	const earlier = from !== null && from < revision ? from : revision - 1;
	const [before = [], after = []] = await filesOf(store, { changeId, revisions: [earlier, revision] });
	const files = compareFiles(before, after);
	const chosen = files.find((file) => file.path === path) ?? files.find(({ state }) => state !== 'unchanged') ?? files[0];
	if (!chosen) return null;
	const bytes = Math.max(...[before, after].map((all) => all.find((file) => file.path === chosen.path)?.bytes ?? 0));
	const isTooLarge = bytes > MAX_COMPARED_BYTES;
	return {
		revision,
		from: earlier,
		files,
		shown: {
			...chosen,
			bytes,
			isTooLarge,
			texts: isTooLarge || chosen.state === 'unchanged' ? null : await textsOf(store, { changeId, revision, earlier, chosen }),
		},
	};
}

/** Of both revisions, the earlier first. */
async function filesOf(store: Store, { changeId, revisions }: { changeId: string; revisions: [number, number] }) {
	const both = await store.revision.findMany({
		where: { changeId, number: { in: revisions } },
		select: { content: true, manifest: true },
		orderBy: { number: 'asc' },
	});
	if (both.length !== revisions.length) throw new Error(`change ${changeId} lacks one of the revisions ${revisions.join(' and ')}`);
	return both.map(({ content, manifest }) => {
		const signed = contentOf({ content });
		return [...signed.files, { path: MANIFEST_NAME, bytes: manifest.length, sha256: signed.manifest }];
	});
}

type Pair = { changeId: string; revision: number; earlier: number; chosen: ComparedFile };

/** CRLF in both is no difference and goes unsaid; where only one has it, every line differs, and the comparison shows it. */
async function textsOf(store: Store, { changeId, revision, earlier, chosen: { path } }: Pair) {
	const files = await readRevisionFiles(store, { changeId, revisions: [earlier, revision], path });
	const textOf = (number: number) => files.get(number)?.toString('utf8') ?? '';
	const texts = { before: textOf(earlier), after: textOf(revision) };
	if (!isCrlf(texts.before) || !isCrlf(texts.after)) return texts;
	return { before: texts.before.replaceAll('\r\n', '\n'), after: texts.after.replaceAll('\r\n', '\n') };
}

function isCrlf(text: string): boolean {
	return /\r\n/.test(text) && !/(^|[^\r])\n/.test(text);
}
