/** "1 row", "1,204 rows": a number with its noun. `many` where the plural is not the noun with an s. */
export function countWords(count: number, one: string, many = `${one}s`): string {
	return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
