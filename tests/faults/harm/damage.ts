import { readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the latest dump. */
export function newestBackup(folder: string): string {
	return join(folder, readdirSync(folder).sort().at(-1) ?? '');
}

export function flipAByte(dump: string): void {
	const path = dataFile(dump);
	const bytes = readFileSync(path);
	bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
	writeFileSync(path, bytes);
}

export function truncateAFile(dump: string): void {
	const path = dataFile(dump);
	writeFileSync(path, readFileSync(path).subarray(0, -8));
}

export function swapTwoFiles(dump: string): void {
	const [one, other] = [dataFile(dump, 0), dataFile(dump, 1)];
	renameSync(one, `${one}.away`);
	renameSync(other, one);
	renameSync(`${one}.away`, other);
}

export function replaceByALink(dump: string): void {
	renameSync(dump, `${dump}.away`);
	symlinkSync(`${dump}.away`, dump);
}

/** The data of some table. */
function dataFile(dump: string, nth = 0): string {
	const files = readdirSync(dump).filter((name) => name.endsWith('.dat.gz'));
	return join(dump, files.sort().at(nth) ?? '');
}
