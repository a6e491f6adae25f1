import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A document from docs/ of this deployment: what each outcome or failure means and what to do. */
export function readDocument(name: 'operations' | 'failures'): Promise<string> {
	return readFile(join(process.cwd(), `docs/${name}.md`), 'utf8');
}
