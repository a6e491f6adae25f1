import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pruneArchive } from '#scripts/demo/prune-archive.ts';

const HOUR = 3_600;
const SEGMENT = 16 * 2 ** 20;
/** Long ago: the demo may not have been started for a month. */
const NEWEST = Date.UTC(2026, 1, 3, 4) / 1000;
let folder: string;
let archive: string;
let backups: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'countersign-archive-'));
	archive = join(folder, 'wal-archive');
	backups = join(folder, 'backups');
	for (const path of [archive, backups]) mkdirSync(path);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A file without contents that is as big as a segment, archived so many hours before the newest. */
function archived(name: string, hoursBefore: number, bytes = SEGMENT): void {
	const path = join(archive, name);
	writeFileSync(path, '');
	truncateSync(path, bytes);
	utimesSync(path, NEWEST - hoursBefore * HOUR, NEWEST - hoursBefore * HOUR);
}

function backedUp(hoursBefore: number): void {
	const path = join(backups, 'ehg-production', `dump-${hoursBefore}`);
	mkdirSync(path, { recursive: true });
	utimesSync(path, NEWEST - hoursBefore * HOUR, NEWEST - hoursBefore * HOUR);
}

const left = () => readdirSync(archive).sort();
const prune = () => pruneArchive({ archive, backups }).sort();

test('what is older than the newest day goes, but for the histories of timelines', () => {
	archived('1', 49);
	archived('2', 25);
	archived('3', 23);
	archived('4', 0);
	archived('00000002.history', 100);
	expect(prune()).toEqual(['1', '2']);
	expect(left()).toEqual(['00000002.history', '3', '4']);
	expect(prune()).toEqual([]);
});

test('a day with more than 1 GB loses its oldest', () => {
	for (let n = 0; n < 70; n += 1) archived(String(n).padStart(2, '0'), n / 10);
	expect(prune()).toEqual(['64', '65', '66', '67', '68', '69']);
	expect(left()).toHaveLength(64);
});

test('what was archived since a kept backup of the last day stays, whatever its size; an older backup keeps nothing', () => {
	archived('before', 10, 2 ** 30);
	archived('recovery point', 5, 2 ** 30);
	archived('since', 1, 2 ** 30);
	archived('newest', 0);
	archived('old', 30);
	backedUp(6);
	backedUp(31);
	expect(prune()).toEqual(['before', 'old']);
	expect(left()).toEqual(['newest', 'recovery point', 'since']);
});

test('before the first start there is nothing to remove', () => {
	rmSync(archive, { recursive: true });
	rmSync(backups, { recursive: true });
	expect(prune()).toEqual([]);
});
