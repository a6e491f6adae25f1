import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { restoreNames } from '#lib/domain/target/database-names.ts';
import { removeFailedDatabase } from '#lib/run/orders/remove-failed-database.ts';
import { runBundle, type SeenRun, type Setting, targetsOf } from '#tests/support/change.ts';
import { PASSWORD, type PersonKey } from '#tests/support/people.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;

beforeAll(async () => {
	console_ = await openTestConsole();
});
afterAll(() => console_?.close());
beforeEach(async () => {
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
	place.application.misbehave.set('GET health', 'fail');
});
afterEach(async () => {
	await console_.sql(`update run set status = 'restored' where status in ('queued', 'running', 'awaiting_restore', 'restoring')`);
	await place?.close();
});

const committed = (restore: 'automatic' | 'confirmed') =>
	runBundle(setting, { files: { '1.sql': 'create table eng.made (id int)' }, manifest: { restore } });

async function remove({ runId }: Pick<SeenRun, 'runId'>, as: { person: PersonKey; password?: string }) {
	const { store } = console_;
	const actor = await console_.actor(as.person);
	return removeFailedDatabase({
		store,
		targets: targetsOf(setting.target),
		actor,
		runId,
		password: as.password ?? PASSWORD,
		address: '192.0.2.9',
	});
}

const databases = async () =>
	(await place.sql<{ name: string }>('select datname as name from pg_database order by 1')).map(({ name }) => name);
const removals = async ({ runId }: SeenRun) =>
	(await readRecord(console_)).filter((e) => e.subject.runId === runId && e.kind === 'restore.failed_database_removed');

test('the failed database goes with the right password only, is recorded, and nothing else goes with it', async () => {
	const run = await committed('automatic');
	expect(run.status).toBe('restored');
	const { keptAs } = restoreNames(run.runId);
	const before = await databases();
	expect(before).toContain(keptAs);
	expect(await remove(run, { person: 'olga', password: 'wrong' })).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
	expect(await remove(run, { person: 'aude' })).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
	expect(await databases()).toContain(keptAs);
	expect(await removals(run)).toEqual([]);

	expect(await remove(run, { person: 'olga' })).toMatchObject({ ok: true });
	const after = await databases();
	// Other tests make and drop databases of their own in this cluster: what is of this run and of this test counts.
	expect(after).not.toContain(keptAs);
	expect(after).toContain(place.database);
	expect(after).toEqual(expect.arrayContaining(['postgres', 'ehg_small_template']));
	expect(await removals(run)).toMatchObject([{ actor: { name: 'Olga Petrov' }, data: { database: keptAs } }]);
	expect(await place.sql(`select to_regclass('eng.teams')::text as teams, to_regclass('eng.made') as made`)).toEqual([
		{ teams: 'eng.teams', made: null },
	]);

	expect(await remove(run, { person: 'olga' })).toMatchObject({
		ok: false,
		refusal: { code: 'conflict', message: `${keptAs} no longer exists.` },
	});
	expect(await removals(run)).toHaveLength(1);
});

test('no database is removed for a run that was not restored, whatever its name', async () => {
	const run = await committed('confirmed');
	expect(run.status).toBe('awaiting_restore');
	const { keptAs } = restoreNames(run.runId);
	await place.sql(`create database ${keptAs}`);
	try {
		expect(await remove(run, { person: 'olga' })).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
		expect(await databases()).toContain(keptAs);
		expect(await removals(run)).toEqual([]);
	} finally {
		await place.sql(`drop database ${keptAs}`);
	}
});

test('a run that is not there has nothing to remove', async () => {
	expect(await remove({ runId: '00000000-0000-4000-8000-000000000000' }, { person: 'olga' })).toMatchObject({
		ok: false,
		refusal: { code: 'not_found' },
	});
});
