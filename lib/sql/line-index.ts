/** 1-based; the column counts characters (code points). */
export type Place = { line: number; column: number };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const EXCERPT_BEFORE = 100;
export const EXCERPT_CHARACTERS = 200;

export type LineIndex = {
	placeOf(byteOffset: number): Place;
	/** The byte at which a line starts; lines count from 1. */
	startOf(line: number): number;
	/** The line at that place, cut to 200 characters around it: from the line's start when the place is among its first 100. */
	excerptAt(place: Place): string;
};

/** Finds lines and columns in UTF-8 bytes. Fast for offsets that grow, whatever the length of a line. A line ends at LF or CRLF. */
export function lineIndex(bytes: Buffer): LineIndex {
	const starts = lineStarts(bytes);
	let last = { line: 1, offset: 0, column: 1 };

	function placeOf(byteOffset: number): Place {
		const line = lineOf(starts, byteOffset);
		const start = starts[line - 1] as number;
		const from = last.line === line && last.offset <= byteOffset ? last : { line, offset: start, column: 1 };
		const column = from.column + characters(bytes, from.offset, byteOffset);
		last = { line, offset: byteOffset, column };
		return { line, column };
	}

	function excerptAt({ line, column }: Place): string {
		const start = starts[line - 1] as number;
		let end = line < starts.length ? (starts[line] as number) - 1 : bytes.length;
		if (end > start && bytes[end - 1] === CARRIAGE_RETURN) end--;
		const first = excerptStart(column) - 1;
		const from = skip(bytes, start, end, first);
		return bytes.toString('utf8', from, skip(bytes, from, end, EXCERPT_CHARACTERS));
	}

	return { placeOf, startOf: (line) => starts[line - 1] ?? bytes.length, excerptAt };
}

/** The column of an excerpt's first character, when it was cut around `column`. */
export function excerptStart(column: number): number {
	return Math.max(1, column - EXCERPT_BEFORE);
}

function lineStarts(bytes: Buffer): number[] {
	const starts = [0];
	for (let i = bytes.indexOf(LINE_FEED); i !== -1; i = bytes.indexOf(LINE_FEED, i + 1)) starts.push(i + 1);
	return starts;
}

function lineOf(starts: number[], offset: number): number {
	let low = 0;
	let high = starts.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((starts[middle] as number) <= offset) low = middle;
		else high = middle - 1;
	}
	return low + 1;
}

function characters(bytes: Buffer, from: number, to: number): number {
	let count = 0;
	for (let i = from; i < to; i++) if (startsCharacter(bytes, i)) count++;
	return count;
}

/** The offset that many characters further, at most `end`. */
function skip(bytes: Buffer, from: number, end: number, count: number): number {
	let at = from;
	for (let left = count; left > 0 && at < end; left--) {
		at++;
		while (at < end && !startsCharacter(bytes, at)) at++;
	}
	return at;
}

function startsCharacter(bytes: Buffer, at: number): boolean {
	return ((bytes[at] as number) & 0xc0) !== 0x80;
}
