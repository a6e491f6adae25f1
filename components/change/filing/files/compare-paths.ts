/** As the console orders them: folder by folder, by the code points of the names. */
export function comparePaths(a: string, b: string): number {
	const left = a.split('/');
	const right = b.split('/');
	for (let i = 0; i < Math.min(left.length, right.length); i++) {
		const order = comparePoints(left[i] ?? '', right[i] ?? '');
		if (order !== 0) return order;
	}
	return left.length - right.length;
}

function comparePoints(a: string, b: string): number {
	const left = [...a].map((c) => c.codePointAt(0) ?? 0);
	const right = [...b].map((c) => c.codePointAt(0) ?? 0);
	for (let i = 0; i < Math.min(left.length, right.length); i++) {
		const order = (left[i] ?? 0) - (right[i] ?? 0);
		if (order !== 0) return order;
	}
	return left.length - right.length;
}
