/** Where in a line a column is: columns count characters (code points) from 1, offsets count UTF-16 units from 0. */
export function offsetInLine(line: string, column: number): number {
	let offset = 0;
	for (let left = column - 1; left > 0 && offset < line.length; left--) offset += (line.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
	return offset;
}

/** What is underlined for a finding at that column: the word that begins there, or one character; at the end of a line the last one. */
export function markedInLine(line: string, column: number): { from: number; to: number } {
	const from = offsetInLine(line, column);
	const word = /^[\p{L}\p{N}_$]+/u.exec(line.slice(from))?.[0];
	if (word) return { from, to: from + word.length };
	if (from < line.length) return { from, to: offsetInLine(line.slice(from), 2) + from };
	return { from: Math.max(0, line.length - 1), to: line.length };
}

/** The one stretch in which two texts differ, as an edit of the first. */
export function editBetween(before: string, after: string): { from: number; to: number; insert: string } {
	const most = Math.min(before.length, after.length);
	let from = 0;
	while (from < most && before[from] === after[from]) from++;
	let same = 0;
	while (same < most - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
	return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}
