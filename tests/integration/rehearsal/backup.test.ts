import { appendFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { approvedChange, type BundleInput, execute, expectOk, fileChange, runToEnd, type Setting } from '#tests/support/change.ts';
import { askToRehearse, beginRehearsal, readRehearsed, rehearse, rehearseIt, type SeenRehearsal } from '#tests/support/rehearse.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

const shared = sharedSetting();
let another: TestTarget;
beforeAll(async () => {
	another = await openTestTarget();
});
afterAll(() => another.close());

const NOTHING: BundleInput = { files: { '1.sql': 'select 1;' } };

/** A target that lets a backup be used again; its backups are in the same folder, whichever database it is. */
function setting(backupNotOlderThan = '1h', place: TestTarget = shared.place): Setting {
	const { backupFolder: folder } = shared.place;
	const target = place.define((definition) => Object.assign(definition, { backup: { folder }, rehearsal: { backupNotOlderThan } }));
	return { console: shared.console, target };
}

/** It passed, and with which backup. */
async function backupOf(rehearsing: Promise<SeenRehearsal>) {
	const { id, status, failure, report } = await rehearsing;
	expect(failure).toBeNull();
	expect(status).toBe('passed');
	return { id, notices: report.notices, ...report.backup };
}

async function kept(): Promise<string[]> {
	return (await readdir(shared.place.backupFolder)).filter((name) => name.startsWith('.rehearsal_'));
}

describe('a backup of the target that is young enough', () => {
	test('is used again, by two rehearsals at a time too, which say whose it is; one that was altered since is told and replaced', async () => {
		const first = await backupOf(rehearse(setting(), NOTHING));
		expect(first).toMatchObject({ takenBecause: 'No backup that was restored or proved is younger than 1 h.' });
		expect(await kept()).toEqual([`.rehearsal_${first.id}`]);

		const asked = [
			await askToRehearse(setting(), await fileChange(setting(), NOTHING)),
			await askToRehearse(setting(), await fileChange(setting(), NOTHING)),
		];
		await Promise.all(asked.map(() => beginRehearsal(setting())));
		for (const id of asked) {
			const again = await backupOf(readRehearsed(setting(), id));
			expect(again.usedAgain?.of).toMatch(/^a rehearsal of CHG-\d+$/);
			expect(again).toMatchObject({ sha256: first.sha256, takenAt: first.takenAt, ms: first.ms });
		}
		expect(await kept()).toEqual([`.rehearsal_${first.id}`]);

		await appendFile(join(shared.place.backupFolder, `.rehearsal_${first.id}`, 'globals.sql'), '-- more\n');
		const third = await backupOf(rehearse(setting(), NOTHING));
		expect(third.usedAgain).toBeUndefined();
		expect(third.takenBecause).toMatch(/^The backup of .* \(a rehearsal of CHG-\d+\) is not what it was: .*SHA-256/);
		expect(third.notices).toContainEqual(expect.objectContaining({ severity: 'WARNING', message: third.takenBecause?.slice(0, 300) }));
		expect(await kept()).toEqual([`.rehearsal_${third.id}`]);
	});

	test('is not used when it is too old, when the catalog has changed since, or when it is of another database under the same name', async () => {
		expect((await backupOf(rehearse(setting('1ms'), NOTHING))).takenBecause).toMatch(/^No backup .* is younger than/);
		await shared.place.sql('comment on table eng.teams is $$since the backup$$');
		const after = await backupOf(rehearse(setting(), NOTHING));
		expect(after.takenBecause).toMatch(/^The catalog has changed since the backup of /);
		expect((await backupOf(rehearse(setting('1h', another), NOTHING))).takenBecause).toMatch(/is of another server, timeline or database/);
	});

	test('is the newest one that fits: each newer one is told with its reason', async () => {
		const ofRun = await runRolledBack();
		await shared.place.sql('comment on table eng.teams is $$for a while$$');
		const newer = await backupOf(rehearse(setting(), NOTHING));
		expect(newer.takenBecause).toMatch(
			/^The catalog has changed since the backup of .* \(run 1 of CHG-\d+\)\. Nor does the older one fit\.$/,
		);
		await shared.place.sql('comment on table eng.teams is $$since the backup$$');

		const used = await backupOf(rehearse(setting(), NOTHING));
		expect(used.usedAgain?.of).toBe(ofRun);
		expect(refusalsIn(used)).toEqual([
			['NOTICE', expect.stringMatching(/^The catalog has changed since .* \(a rehearsal of CHG-\d+\)\.$/)],
		]);

		const last = await runRolledBack();
		const [newest = ''] = (await readdir(shared.place.backupFolder))
			.filter((name) => !name.startsWith('.'))
			.sort()
			.slice(-1);
		await appendFile(join(shared.place.backupFolder, newest, 'globals.sql'), '-- more\n');
		const again = await backupOf(rehearse(setting(), NOTHING));
		expect(again.usedAgain?.of).toBe(ofRun);
		expect(refusalsIn(again)).toEqual([
			['WARNING', expect.stringContaining(`(${last}) is not what it was: `)],
			['NOTICE', expect.stringMatching(/^The catalog has changed since .* \(a rehearsal of CHG-\d+\)\.$/)],
		]);
	});

	test('may be that of a run that was rolled back; when it is gone, that is said', async () => {
		const ofRun = await runRolledBack();
		expect((await backupOf(rehearse(setting(), NOTHING))).usedAgain?.of).toBe(ofRun);

		const waiting = await askToRehearse(setting(), await fileChange(setting(), NOTHING));
		for (const name of await readdir(shared.place.backupFolder))
			if (!name.startsWith('.')) await rm(join(shared.place.backupFolder, name), { recursive: true });
		const { takenBecause } = await backupOf(rehearseIt(setting(), waiting));
		expect(takenBecause).toContain(`(${ofRun}) is no longer in the backup folder.`);
	});
});

/** Has a backup taken by a run that was rolled back. Returns which run it was. */
async function runRolledBack(): Promise<string> {
	const refused = { ...NOTHING, manifest: { verifications: [{ name: 'never', sql: 'select 1', expect: { value: '2' } }] } };
	const change = await approvedChange(setting(), refused);
	const { runId } = expectOk(await execute(setting(), change));
	expect((await runToEnd(setting(), runId)).status).toBe('rolled_back');
	return `run 1 of CHG-${change.number}`;
}

function refusalsIn({ notices }: { notices: { severity: string; message: string }[] }): string[][] {
	return notices.map(({ severity, message }) => [severity, message]);
}
