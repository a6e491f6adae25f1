/** More edits than that are not followed one by one. */
const MAX_EDITS = 2_000;

/** How many lines one text adds to the other and takes from it. `isExact` false: lines that only moved are not counted. */
export type ChangedLines = { added: number; removed: number; isExact: boolean };

/** The fewest lines added and removed that make one text out of the other (Myers, "An O(ND) difference algorithm", without the script). */
export function countChangedLines(before: Buffer, after: Buffer): ChangedLines {
	const [a, b] = withoutCommonEnds(linesOf(before), linesOf(after));
	const edits = a.length === 0 || b.length === 0 ? a.length + b.length : fewestEdits(a, b);
	if (edits === null) return byNumber(a, b);
	return { added: (edits + b.length - a.length) / 2, removed: (edits + a.length - b.length) / 2, isExact: true };
}

/** As bytes: any encoding, and a line that only changed its ending is another line. */
function linesOf(bytes: Buffer): string[] {
	if (bytes.length === 0) return [];
	const lines = bytes.toString('latin1').split('\n');
	return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function withoutCommonEnds(a: string[], b: string[]): [string[], string[]] {
	let start = 0;
	while (start < a.length && start < b.length && a[start] === b[start]) start++;
	let end = 0;
	while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
	return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}

function fewestEdits(a: string[], b: string[]): number | null {
	const limit = Math.min(MAX_EDITS, a.length + b.length);
	/** By diagonal, how far along `a` so many edits reach. */
	const reach = new Int32Array(2 * limit + 2);
	for (let edits = 0; edits <= limit; edits++) {
		for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
			const [below, above] = [reach[limit + diagonal - 1] ?? 0, reach[limit + diagonal + 1] ?? 0];
			let x = diagonal === -edits || (diagonal !== edits && below < above) ? above : below + 1;
			while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
			reach[limit + diagonal] = x;
			if (x >= a.length && x - diagonal >= b.length) return edits;
		}
	}
	return null;
}

function byNumber(a: string[], b: string[]): ChangedLines {
	const left = new Map<string, number>();
	for (const line of a) left.set(line, (left.get(line) ?? 0) + 1);
	let common = 0;
	for (const line of b) {
		const count = left.get(line) ?? 0;
		if (count === 0) continue;
		left.set(line, count - 1);
		common += 1;
	}
	return { added: b.length - common, removed: a.length - common, isExact: false };
}
