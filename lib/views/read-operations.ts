import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** docs/operations.md as it is in this deployment: what each outcome means and what to do. */
export function readOperations(): Promise<string> {
	return readFile(join(process.cwd(), 'docs/operations.md'), 'utf8');
}
