import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { query, until } from '#tests/support/sql.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let place: TestTarget;
const bundle = mkdtempSync(join(tmpdir(), 'stopped-'));
beforeAll(async () => {
	place = await openTestTarget();
	writeFileSync(join(bundle, '1.sql'), 'create table eng.made_by_walkthrough (id int); select pg_sleep(300)');
});
afterAll(async () => {
	await place?.close();
	rmSync(bundle, { recursive: true });
});

test('told to stop in the middle of a transaction, a walkthrough leaves nothing on the target, and ends with its line and status', async () => {
	const { database } = place.define().connection;
	const args = ['scripts/walkthrough/main.ts', '--bundle', bundle, '--target', place.urlOf(database), '--json'];
	const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	let said = '';
	child.stdout.on('data', (chunk) => {
		said += chunk;
	});
	const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
	const asleep = () =>
		place.sql(`select pid from pg_stat_activity where query like 'select pg_sleep(300)%' and datname = current_database()`);
	await until('the run in its transaction', async () => (await asleep()).length === 1, 120_000);
	child.kill('SIGTERM');
	expect(await ended).toBe(5);
	const [line] = said.trim().split('\n').slice(-1);
	const told = JSON.parse(line ?? '') as { run: string };
	expect(told).toMatchObject({ outcome: 'unknown', findings: [{ code: 'broken_off', message: 'stopped by SIGTERM' }] });

	const named = `countersign\\_%\\_${told.run.replaceAll('-', '').slice(0, 12)}`;
	expect(await query(place.urlOf('postgres'), 'select datname from pg_database where datname like $1', [named])).toEqual([]);
	expect(await place.sql('select from pg_stat_activity where application_name like $1', [`%${told.run}`])).toEqual([]);
	expect(await place.sql('select from countersign.pending')).toEqual([]);
	expect(await place.sql(`select tombstone from countersign.marker where run_id = $1`, [told.run])).toEqual([{ tombstone: 't' }]);
	expect(await place.sql(`select to_regclass('eng.made_by_walkthrough') as made`)).toEqual([{ made: null }]);
}, 240_000);
