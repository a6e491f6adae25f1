import { highlightSql } from '#lib/sql/highlight-sql.ts';
import type { Store } from '#lib/store/client.ts';

/** Lines shown at once: each is several elements of the page, and a browser that lays out tens of thousands stands still. */
export const LINES_A_PAGE = 1_000;

type Ask = { store: Store; changeId: string; revision: number; path: string | null; page: number };

/**
 * The files of a revision in the order of execution, and one of them as coloured lines: the requested one, or the first.
 * A long file is shown in pages; a page that starts inside a long comment or string may have wrong colours, but never wrong text.
 */
export async function readSql({ store, changeId, revision, path, page }: Ask) {
	const where = { revision: { changeId, number: revision } };
	const files = await store.revisionFile.findMany({
		where,
		select: { position: true, path: true, phase: true },
		orderBy: { position: 'asc' },
	});
	const chosen = files.find((file) => file.path === path) ?? files[0];
	if (!chosen) return { files: [], shown: null };
	const { bytes, sha256 } = await store.revisionFile.findFirstOrThrow({
		where: { ...where, position: chosen.position },
		select: { bytes: true, sha256: true },
	});
	const text = Buffer.from(bytes).toString('utf8');
	const isCrlf = /\r\n/.test(text) && !/[^\r]\n/.test(text);
	const lines = (isCrlf ? text.replaceAll('\r\n', '\n') : text).replace(/\n$/, '').split('\n');
	const pages = Math.max(1, Math.ceil(lines.length / LINES_A_PAGE));
	const shownPage = Math.min(Math.max(1, page), pages);
	const first = (shownPage - 1) * LINES_A_PAGE;
	return {
		files: files.map(({ path: name, phase }) => ({ path: name, phase })),
		shown: {
			path: chosen.path,
			phase: chosen.phase,
			bytes: bytes.length,
			sha256,
			isCrlf,
			lineCount: lines.length,
			page: shownPage,
			pages,
			firstLine: first + 1,
			lines: highlightSql(lines.slice(first, first + LINES_A_PAGE).join('\n')).map((pieces, index) => ({
				number: first + 1 + index,
				pieces,
			})),
		},
	};
}
