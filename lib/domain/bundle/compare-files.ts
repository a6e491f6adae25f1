export type FileState = 'added' | 'removed' | 'changed' | 'unchanged';
export type ComparedFile = { path: string; state: FileState };
type Hashed = { path: string; sha256: string };

/** What became of each file from one revision to another, by path: those of `after` in their order, then those that are gone. */
export function compareFiles(before: readonly Hashed[], after: readonly Hashed[]): ComparedFile[] {
	const hashBefore = new Map(before.map(({ path, sha256 }) => [path, sha256]));
	const pathsAfter = new Set(after.map(({ path }) => path));
	const stateOf = ({ path, sha256 }: Hashed): FileState => {
		const old = hashBefore.get(path);
		if (old === undefined) return 'added';
		return old === sha256 ? 'unchanged' : 'changed';
	};
	return [
		...after.map((file) => ({ path: file.path, state: stateOf(file) })),
		...before.filter(({ path }) => !pathsAfter.has(path)).map(({ path }) => ({ path, state: 'removed' as const })),
	];
}
