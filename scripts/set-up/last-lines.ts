import { readFileSync } from 'node:fs';

/** The last lines of a log, for showing; empty when there is none. */
export function lastLines(path: string, count = 15): string {
	try {
		return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
	} catch {
		return '';
	}
}
