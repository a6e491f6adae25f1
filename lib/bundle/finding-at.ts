import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { LineIndex } from '#lib/sql/line-index.ts';
import type { Objection } from './rules/rule.ts';

/** A finding about the text at this byte of a file. */
export function findingAt(at: { file: string; lines: LineIndex; byteOffset: number }, objection: Objection): Finding {
	const place = at.lines.placeOf(at.byteOffset);
	return { ...saidBy(objection), file: at.file, ...place, excerpt: at.lines.excerptAt(place) };
}

/** A finding about a whole file, or with `file: null` about the whole bundle. */
export function findingAbout(file: string | null, objection: Objection): Finding {
	return { ...saidBy(objection), file, line: null, column: null, excerpt: null };
}

function saidBy({ code, severity = 'blocks', about, message, instead, bytes }: Objection) {
	return { code, severity, about: about ?? null, message, instead, ...(bytes === undefined ? {} : { bytes }) };
}
