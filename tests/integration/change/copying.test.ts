import { expect, test } from 'vitest';
import { copyChange } from '#lib/change/drafts/copy-change.ts';
import { withdrawChange } from '#lib/change/withdraw-change.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { readDraft, readDrafts } from '#lib/views/change/read-drafts.ts';
import { expectOk, fileChange, targetsOf } from '#tests/support/change.ts';
import type { PersonKey } from '#tests/support/people.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';

const setting = sharedSetting();
const BUNDLE = { files: { 'b/2.sql': 'select 2;\n', 'a/1.sql': 'select 1;\r\n' } };

async function copy(person: PersonKey, changeId: string, targets: Targets = targetsOf(setting.target)) {
	return copyChange({ store: setting.console.store, targets, actor: await setting.console.actor(person), changeId, fileFor: null });
}

async function opened(person: PersonKey, id: string) {
	const draft = await readDraft({
		store: setting.console.store,
		actor: await setting.console.actor(person),
		which: { id, changeId: null },
	});
	if (!draft) throw new Error('there is no such draft');
	return draft;
}

test('another requester copies a change that has ended: it is their own draft, with risk and responders to be chosen again', async () => {
	const { changeId } = await fileChange(setting, BUNDLE);
	const rui = await setting.console.actor('rui');
	expectOk(await withdrawChange({ store: setting.console.store, actor: rui, changeId, reason: 'Not today.' }));
	const { draftId } = expectOk(await copy('mei', changeId));
	const { text, files } = await opened('mei', draftId);
	const [revision] = await setting.console.store.revision.findMany({ where: { changeId } });
	expect(text).toMatchObject({ target: setting.target.name, title: 'A change of the tests', risk: '', responders: [] });
	expect(text.manifest).toBe(Buffer.from(revision?.manifest ?? []).toString('utf8'));
	expect(files.map(({ path, size }) => [path, size])).toEqual([
		['a/1.sql', 11],
		['b/2.sql', 10],
	]);
});

test('whoever may not file copies nothing', async () => {
	const { changeId } = await fileChange(setting, BUNDLE);
	for (const person of ['dana', 'olga'] as const) {
		expect(await copy(person, changeId)).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
		expect(await readDrafts({ store: setting.console.store, actor: await setting.console.actor(person) })).toEqual([]);
	}
});

test('a change that is not there is not copied, and a target that is no longer defined is to be chosen again', async () => {
	expect(await copy('rui', '00000000-0000-4000-8000-000000000000')).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
	const { changeId } = await fileChange(setting, BUNDLE);
	const { draftId } = expectOk(await copy('rui', changeId, targetsOf()));
	expect((await opened('rui', draftId)).text.target).toBe('');
});
