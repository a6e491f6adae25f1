import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTargetHealth } from '#lib/postgres/enrollment/read-target-health.ts';
import { query } from '#tests/support/sql.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let place: TestTarget;
beforeAll(async () => {
	place = await openTestTarget();
});
afterAll(() => place?.close());

const flaws = async () => (await readTargetHealth(place.define(), { timeoutMs: 3_000 })).durabilityFlaws;

test('a target whose commits may not outlive a crash says so, with the setting that is why', async () => {
	// The servers of the tests are without fsync.
	expect(await flaws()).toEqual(['fsync is off: a crash of the machine can lose committed changes and damage the whole database.']);
});

test('a target that reads damaged pages as empty says so', async () => {
	await query(place.urlOf('postgres'), `alter database ${place.database} set zero_damaged_pages = on`);
	expect((await flaws())[1]).toMatch(/^zero_damaged_pages is on: damaged pages are read as empty/);
});
