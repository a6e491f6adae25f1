import { existsSync, globSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const DAY_MS = 86_400_000;
const MOST_BYTES = 2 ** 30;
/** They tell one timeline from another, are tiny, and are needed for any recovery. */
const HISTORY = /\.history$/;

/**
 * The demo's WAL archive would grow for ever. What was archived in the day up to the newest file stays, newest first, up to 1 GB; and, of
 * whatever size, all that was archived since the oldest backup of that day which is still kept: its recovery point needs it. `backups`
 * holds a folder for each target, with a folder for each backup. Returns the names of what was removed.
 */
export function pruneArchive({ archive, backups }: { archive: string; backups: string }): string[] {
	const files = filesOf(archive);
	const dayBegan = (files[0]?.at ?? 0) - DAY_MS;
	const backedUp = globSync(join(backups, '*/*')).map((path) => statSync(path).mtimeMs);
	const neededSince = Math.min(...backedUp.filter((at) => at >= dayBegan));
	let bytes = 0;
	const removed: string[] = [];
	for (const { name, at, size } of files) {
		bytes += size;
		if (at >= neededSince || (at >= dayBegan && bytes <= MOST_BYTES)) continue;
		rmSync(join(archive, name));
		removed.push(name);
	}
	return removed;
}

/** The newest first. Before the first start there is no archive. */
function filesOf(archive: string): { name: string; at: number; size: number }[] {
	if (!existsSync(archive)) return [];
	return readdirSync(archive)
		.filter((name) => !HISTORY.test(name))
		.map((name) => {
			const { mtimeMs, size } = statSync(join(archive, name));
			return { name, at: mtimeMs, size };
		})
		.sort((a, b) => b.at - a.at);
}
