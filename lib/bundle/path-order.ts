/**
 * The default order of paths: by the UTF-8 bytes of their segments, folder by folder.
 * It knows no locale and no numbers: `010_b.sql` comes before `9_a.sql`, on every machine.
 */
export function comparePaths(a: string, b: string): number {
	const left = a.split('/');
	const right = b.split('/');
	const shared = Math.min(left.length, right.length);
	for (let i = 0; i < shared; i++) {
		const order = Buffer.compare(Buffer.from(left[i] as string), Buffer.from(right[i] as string));
		if (order !== 0) return order;
	}
	return left.length - right.length;
}

/** Files of a bundle that run. The extension may have any case. */
export function isSqlPath(path: string): boolean {
	return /\.sql$/i.test(path);
}

/** Archives that people send by mistake. */
export function isArchivePath(path: string): boolean {
	return /\.(zip|7z|rar|tar|tgz|(tar\.)?(gz|bz2|xz|zst))$/i.test(path);
}
