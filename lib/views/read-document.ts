import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A document of docs/ as it is in this deployment: what each outcome means, or each failure, and what to do. */
export function readDocument(name: 'operations' | 'failures'): Promise<string> {
	return readFile(join(process.cwd(), `docs/${name}.md`), 'utf8');
}
