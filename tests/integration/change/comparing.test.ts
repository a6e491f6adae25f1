import { expect, test } from 'vitest';
import { reviseChange } from '#lib/change/revise-change.ts';
import { MAX_COMPARED_BYTES, readComparison } from '#lib/views/change/revision/read-comparison.ts';
import { readRevisionFile } from '#lib/views/change/revision/read-revision-file.ts';
import { type BundleInput, bundleOf, expectOk, fileChange, targetsOf } from '#tests/support/change.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';

const setting = sharedSetting();

/** Files a change with the first bundle, and a revision with each other. */
async function fileRevisions(first: BundleInput, ...later: BundleInput[]): Promise<string> {
	const { changeId } = await fileChange(setting, first);
	for (const bundle of later) {
		expectOk(
			await reviseChange({
				store: setting.console.store,
				targets: targetsOf(setting.target),
				actor: await setting.console.actor('rui'),
				changeId,
				request: {
					target: setting.target.name,
					title: 'A change of the tests',
					reason: 'Shows what differs.',
					whyNotStaging: 'There is no staging in a test.',
					risk: 'low',
					responders: [await setting.console.idOf('olga')],
				},
				bundle: bundleOf(bundle),
			}),
		);
	}
	return changeId;
}

const compare = (changeId: string, revision: number, { from = null, path = null }: { from?: number | null; path?: string | null } = {}) =>
	readComparison({ store: setting.console.store, changeId, revision, from, path });

test('the current revision is compared with the one before, or with the earlier one that is asked for, the manifest too', async () => {
	const changeId = await fileRevisions(
		{ files: { '1.sql': 'select 1;\n', '2.sql': 'select 2;\n' } },
		{ files: { '1.sql': 'select 1;\n', '2.sql': 'select 22;\n' } },
		{ files: { '1.sql': 'select 1;\n', '3.sql': 'select 3;\n' } },
	);
	expect(await compare(changeId, 1), 'the first has nothing before it').toBeNull();
	expect(await compare(changeId, 3)).toMatchObject({
		from: 2,
		files: [
			{ path: '1.sql', state: 'unchanged' },
			{ path: '3.sql', state: 'added' },
			{ path: 'manifest.yaml', state: 'changed' },
			{ path: '2.sql', state: 'removed' },
		],
		shown: { path: '3.sql', texts: { before: '', after: 'select 3;\n' } },
	});
	expect(await compare(changeId, 3, { from: 1, path: '2.sql' })).toMatchObject({
		from: 1,
		shown: { state: 'removed', texts: { before: 'select 2;\n', after: '' } },
	});
	expect(await compare(changeId, 2, { from: 2 }), 'a revision is not compared with itself').toMatchObject({ from: 1 });
	const manifest = await compare(changeId, 3, { path: 'manifest.yaml' });
	expect(manifest?.shown.texts?.before).toContain('2.sql');
	expect(manifest?.shown.texts?.after).toContain('3.sql');
});

test('a file over the limit before or after is named, and not read into the page', async () => {
	const large = `select 1; -- ${'x'.repeat(MAX_COMPARED_BYTES)}\n`;
	const changeId = await fileRevisions({ files: { '1.sql': large } }, { files: { '1.sql': 'select 1;\n' } });
	expect((await compare(changeId, 2))?.shown).toMatchObject({ path: '1.sql', state: 'changed', isTooLarge: true, texts: null });
	const raw = await readRevisionFile(setting.console.store, { changeId, revision: 1, path: '1.sql' });
	expect(raw?.equals(Buffer.from(large)), 'its text is still there to be read').toBe(true);
});

test('line endings are a difference where only one revision has them, and none where both have', async () => {
	const changeId = await fileRevisions(
		{ files: { '1.sql': 'select 1;\n' } },
		{ files: { '1.sql': 'select 1;\r\n' } },
		{ files: { '1.sql': 'select 1;\r\nselect 2;\r\n' } },
	);
	expect((await compare(changeId, 2))?.shown.texts).toEqual({ before: 'select 1;\n', after: 'select 1;\r\n' });
	expect((await compare(changeId, 3))?.shown.texts).toEqual({ before: 'select 1;\n', after: 'select 1;\nselect 2;\n' });
});
