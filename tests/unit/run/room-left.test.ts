import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { roomLeft } from '#lib/gates/preflight/room-left.ts';

/** What is told of the disk of the database, where that is `times` as large as what is free on this disk. */
async function lookAtDatabase(times: number, { copies }: { copies: boolean }) {
	const { bavail, bsize } = await statfs(tmpdir());
	const obstacles = { databaseBytes: bavail * bsize * times, dataDirectory: tmpdir(), isInDataDirectory: true, isHere: true };
	// Its backups are elsewhere, where nothing can be measured.
	const target = { backup: { folder: '/nowhere/backups' } } as Target;
	const items = await roomLeft({ target, obstacles, dumps: [], copies });
	return items.find(({ subject }) => subject === 'disk of the database');
}

test('a run that makes a copy is ended where less than half of it fits, and warned where it is tight', async () => {
	expect(await lookAtDatabase(4, { copies: true })).toMatchObject({ state: 'blocks' });
	expect(await lookAtDatabase(1.5, { copies: true })).toMatchObject({ state: 'warns' });
	expect(await lookAtDatabase(0.1, { copies: true })).toMatchObject({ state: 'clear' });
});

test('a run that makes no copy is warned that a restore would need one, and goes on', async () => {
	const found = await lookAtDatabase(4, { copies: false });
	expect(found).toMatchObject({ state: 'warns' });
	expect(found?.obstacles[0]?.what).toMatch(/the run needs room for a copy of the database \(.+\) if it must be restored\.$/);
});
