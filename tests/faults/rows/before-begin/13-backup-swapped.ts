import { expect } from 'vitest';
import { runToEnd } from '#tests/support/change.ts';
import { commitThenFail, confirmBoth } from '../../harm/commit-then-fail.ts';
import { newestBackup, replaceByALink, swapTwoFiles } from '../../harm/damage.ts';
import type { Row } from '../../row.ts';
import { expectUntouched, interfereAfter, isMade, MAKES, openStage } from '../../stage.ts';

/** Both between backup and way back, and again between the commit and the restore. */
export const backupSwapped: Row = {
	row: 13,
	step: 'backup → use',
	fault: 'file swapped or symlinked',
	required: 'hash mismatch, refused',
	async run(world) {
		const stage = await openStage(world, { define: (d) => Object.assign(d, { wayBack: 'scratch_restore' }) });
		for (const damage of [swapTwoFiles, replaceByALink]) {
			const run = await interfereAfter(stage, { step: 'backup', bundle: { files: { '1.sql': MAKES } } }, async () =>
				damage(newestBackup(stage.place.backupFolder)),
			);
			expect(run.failure).toMatchObject({
				code: 'way_back_failed',
				message: expect.stringMatching(/has changed since it was made|not a folder/),
			});
			await expectUntouched(stage, run);
		}
		const attested = { ...stage.setting, target: { ...stage.setting.target, wayBack: 'attestation' as const } };
		const { runId, backup } = await commitThenFail({ ...stage, setting: attested });
		swapTwoFiles(backup);
		await confirmBoth({ ...stage, setting: attested }, { runId });
		expect(await runToEnd(attested, runId)).toMatchObject({ status: 'awaiting_restore', truth: { kind: 'committed' } });
		expect(await isMade(stage)).toBe(true);
		expect(stage.place.application.maintenance()).toBe(true);
		const databases = await stage.place.sql(
			`select datname from pg_database where datname like 'countersign_%' and datname like '%' || $1`,
			[runId.replaceAll('-', '').slice(0, 12)],
		);
		expect(databases).toEqual([]);
		return 'refused before anything was begun, twice; refused again at the restore, the live database untouched';
	},
};
