import type { Finding } from '#lib/domain/finding.ts';
import type { LineIndex } from '#lib/sql/line-index.ts';
import type { Objection } from './rules/rule.ts';

/** An objection to what stands at that byte of a file. */
export function findingAt(at: { file: string; lines: LineIndex; byteOffset: number }, { code, message, instead }: Objection): Finding {
	const place = at.lines.placeOf(at.byteOffset);
	return { code, file: at.file, ...place, message, instead, excerpt: at.lines.excerptAt(place) };
}

/** An objection to a file as a whole, or with `file: null` to the bundle as a whole. */
export function findingAbout(file: string | null, { code, message, instead }: Objection): Finding {
	return { code, file, line: null, column: null, message, instead, excerpt: null };
}
