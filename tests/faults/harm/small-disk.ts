import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { World } from '../world.ts';

const run = promisify(execFile);

/** A disk of that size (as `64k`) in memory, mounted until the row is over. Takes root. */
export async function mountSmallDisk(world: World, size: string): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'countersign-small-disk-'));
	world.atEnd(async () => rmSync(folder, { recursive: true }));
	await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
	world.atEnd(() => run('umount', [folder]));
	return folder;
}
