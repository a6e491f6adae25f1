import hljs from 'highlight.js/lib/core';
import pgsql from 'highlight.js/lib/languages/pgsql';
import { cutHidden, type Piece } from '#lib/domain/bundle/hidden-characters.ts';

hljs.registerLanguage('pgsql', pgsql);

export type { Piece } from '#lib/domain/bundle/hidden-characters.ts';
/** What a piece of SQL is, for its colour. */
export type PieceKind = 'keyword' | 'string' | 'number' | 'comment' | 'type';

const KIND_OF: Record<string, PieceKind> = {
	'hljs-keyword': 'keyword',
	'hljs-built_in': 'keyword',
	'hljs-string': 'string',
	'hljs-number': 'number',
	'hljs-literal': 'number',
	'hljs-comment': 'comment',
	'hljs-type': 'type',
};
const ENTITY: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'" };
/** Larger files get no colours: they would take too long. */
const MAX_COLOURED = 400_000;

/** SQL as lines of coloured pieces; invisible characters are separate pieces. Returns no HTML. */
export function highlightSql(sql: string): Piece[][] {
	if (sql.length > MAX_COLOURED) return sql.split('\n').map((line) => cutHidden(line, null));
	const html = hljs.highlight(sql, { language: 'pgsql', ignoreIllegals: true }).value;
	const lines: Piece[][] = [[]];
	const open: (PieceKind | null)[] = [];
	for (const [token] of html.matchAll(/<span class="[^"]*">|<\/span>|[^<]+/g)) {
		if (token === '</span>') open.pop();
		else if (token.startsWith('<span')) open.push(KIND_OF[/"([\w-]+)/.exec(token)?.[1] ?? ''] ?? open.at(-1) ?? null);
		else
			addText(
				lines,
				token.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITY[entity] ?? entity),
				open.at(-1) ?? null,
			);
	}
	return lines;
}

function addText(lines: Piece[][], text: string, kind: PieceKind | null): void {
	for (const [index, part] of text.split('\n').entries()) {
		if (index > 0) lines.push([]);
		if (part !== '') lines.at(-1)?.push(...cutHidden(part, kind));
	}
}
