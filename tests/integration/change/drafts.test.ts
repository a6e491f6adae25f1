import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { readDraftFiles } from '#lib/change/drafts/draft-files.ts';
import { discardDraft, endFiledDraft } from '#lib/change/drafts/end-draft.ts';
import { type Saving, saveDraft } from '#lib/change/drafts/save-draft.ts';
import { requestChange } from '#lib/change/request-change.ts';
import { reviseChange } from '#lib/change/revise-change.ts';
import { withdrawChange } from '#lib/change/withdraw-change.ts';
import { MAX_BUNDLE_BYTES } from '#lib/domain/bundle/limits.ts';
import { type DraftSave, type DraftText, MAX_DRAFTS } from '#lib/domain/draft.ts';
import { readDraft, readDrafts } from '#lib/views/change/read-drafts.ts';
import { bundleOf, expectOk, fileChange, targetsOf } from '#tests/support/change.ts';
import type { PersonKey } from '#tests/support/people.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { readRecord } from '#tests/support/test-console.ts';

const setting = sharedSetting();
beforeEach(async () => {
	await setting.console.sql('delete from draft');
});

const TEXT: DraftText = {
	target: 'ehg',
	title: 'Half a thought',
	reason: '',
	whyNotStaging: '',
	risk: '',
	responders: [],
	manifest: null,
};
const fresh = () => ({ id: randomUUID(), version: 0 });
const sqlFile = (path: string, text = `select '${path}';`) => ({ path, bytes: Buffer.from(text) });
const BUNDLE = { files: { '1.sql': 'create table eng.drafted (id int)' } };

async function save(person: PersonKey, part: Partial<Omit<Saving, 'actor'>> = {}) {
	const actor = await setting.console.actor(person);
	return saveDraft({ store: setting.console.store, actor, revises: null, basis: fresh(), text: TEXT, files: [], kept: [], ...part });
}

function saved(result: Awaited<ReturnType<typeof save>>): { id: string; version: number } {
	const value: DraftSave = expectOk(result);
	if (value.kind !== 'saved') throw new Error(`not saved: ${value.kind}`);
	return { id: value.id, version: value.version };
}

async function open(person: PersonKey, id: string) {
	return readDraft({ store: setting.console.store, actor: await setting.console.actor(person), which: { id, changeId: null } });
}

function requestBy(part: { responders: string[] }) {
	const words = { title: 'Filed from a draft', reason: 'It was written in two days.', whyNotStaging: 'There is none in a test.' };
	return { ...words, target: setting.target.name, risk: 'low' as const, ...part };
}

describe('a draft', () => {
	test('is saved with its text and its files, and read again as it was', async () => {
		const basis = saved(await save('rui', { files: [sqlFile('a/1.sql'), { path: '2.sql', bytes: Buffer.from([0xff, 0]) }] }));
		const draft = await open('rui', basis.id);
		expect(draft?.text).toEqual(TEXT);
		expect(draft?.files).toEqual([
			{ path: '2.sql', size: 2, storedAt: 1 },
			{ path: 'a/1.sql', size: 17, storedAt: 1 },
		]);
		const kept = [{ path: '2.sql', storedAt: 1 }];
		const [file] = await readDraftFiles(setting.console.store, { draftId: basis.id, personId: await setting.console.idOf('rui'), kept });
		expect(file?.bytes).toEqual(Buffer.from([0xff, 0]));
	});

	test('loses the files that its form has no more, and a file with the same path takes the place of the one before', async () => {
		const first = saved(await save('rui', { files: [sqlFile('1.sql'), sqlFile('2.sql'), sqlFile('3.sql')] }));
		const kept = [{ path: '1.sql', storedAt: 1 }];
		const second = saved(await save('rui', { basis: first, kept, files: [sqlFile('2.sql', 'select 22;')] }));
		expect((await open('rui', second.id))?.files).toEqual([
			{ path: '1.sql', size: 15, storedAt: 1 },
			{ path: '2.sql', size: 10, storedAt: 2 },
		]);
	});

	test('leaves no entry in the record, neither saved nor refused nor discarded', async () => {
		const before = (await readRecord(setting.console)).length;
		const basis = saved(await save('rui'));
		expect((await save('dana')).ok).toBe(false);
		await discardDraft({ store: setting.console.store, actor: await setting.console.actor('rui'), id: basis.id });
		expect(await readRecord(setting.console)).toHaveLength(before);
	});
});

describe('who', () => {
	test('only a requester may save one, and a revision’s only the requester of that change', async () => {
		expect(await save('dana')).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
		const { changeId } = await fileChange(setting, BUNDLE);
		expect(await save('mei', { revises: { changeId, revision: 1 } })).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
	});

	test('somebody else’s draft can be neither read, nor written, nor filed, nor discarded, and looks as if it were not there', async () => {
		const basis = saved(await save('rui', { files: [sqlFile('1.sql')] }));
		const mei = await setting.console.actor('mei');
		expect(await open('mei', basis.id)).toBeNull();
		expect(await readDrafts({ store: setting.console.store, actor: mei })).toEqual([]);
		for (const version of [basis.version, 0])
			expect(expectOk(await save('mei', { basis: { id: basis.id, version } }))).toEqual({ kind: 'conflict', current: null });
		const kept = [{ path: '1.sql', storedAt: 1 }];
		await expect(readDraftFiles(setting.console.store, { draftId: basis.id, personId: mei.id, kept })).rejects.toThrow('1.sql is not in');
		const ending = setting.console.store.$transaction((tx) => endFiledDraft(tx, { actor: mei, changeId: null, draft: basis }));
		await expect(ending).rejects.toThrow('Nothing was filed');
		expect(await discardDraft({ store: setting.console.store, actor: mei, id: basis.id })).toMatchObject({
			refusal: { code: 'not_found' },
		});
		expect((await open('rui', basis.id))?.state.version).toBe(1);
	});
});

describe('two tabs', () => {
	test('a save that began from an older version is refused and says which is there; over that one it may be saved knowingly', async () => {
		const begun = saved(await save('rui', { files: [sqlFile('1.sql')] }));
		const kept = [{ path: '1.sql', storedAt: 1 }];
		const other = saved(await save('rui', { basis: begun, kept, text: { ...TEXT, title: 'The other tab' } }));
		const late = await save('rui', { basis: begun, kept, text: { ...TEXT, title: 'This tab' } });
		expect(expectOk(late)).toMatchObject({ kind: 'conflict', current: other });
		expect((await open('rui', begun.id))?.text.title).toBe('The other tab');
		saved(await save('rui', { basis: other, kept, text: { ...TEXT, title: 'This tab' } }));
		expect((await open('rui', begun.id))?.text.title).toBe('This tab');
	});

	test('of saves at the same moment from one version exactly one is stored', async () => {
		const begun = saved(await save('rui'));
		const titles = ['One', 'Two', 'Three', 'Four'];
		const answers = await Promise.all(titles.map((title) => save('rui', { basis: begun, text: { ...TEXT, title } })));
		expect(answers.map((answer) => expectOk(answer).kind).sort()).toEqual(['conflict', 'conflict', 'conflict', 'saved']);
		expect((await open('rui', begun.id))?.state.version).toBe(2);
	});

	test('a save whose answer was lost is not taken for another tab’s when it is sent again, the first one neither', async () => {
		const basis = fresh();
		const files = [sqlFile('1.sql')];
		const first = saved(await save('rui', { basis, files }));
		expect(saved(await save('rui', { basis, files }))).toEqual(first);
		expect(expectOk(await save('rui', { basis, files: [sqlFile('1.sql', 'select 2')] }))).toMatchObject({
			kind: 'conflict',
			current: first,
		});
		const text = { ...TEXT, title: 'A whole thought' };
		const kept = [{ path: '1.sql', storedAt: 1 }];
		const second = saved(await save('rui', { basis: first, text, kept }));
		expect(saved(await save('rui', { basis: first, text, kept }))).toEqual(second);
		expect(await setting.console.sql('select version from draft')).toEqual([{ version: '2' }]);
	});

	test('a file that the other tab has replaced is not taken for the one that this tab shows', async () => {
		const begun = saved(await save('rui', { files: [sqlFile('1.sql')] }));
		const other = saved(await save('rui', { basis: begun, files: [sqlFile('1.sql', 'drop table eng.orders')] }));
		const late = await save('rui', { basis: other, kept: [{ path: '1.sql', storedAt: 1 }] });
		expect(late).toMatchObject({ ok: false, refusal: { code: 'invalid', message: expect.stringContaining('1.sql') } });
		expect((await open('rui', begun.id))?.state.version).toBe(2);
	});

	test('a draft that was discarded meanwhile is not there any more, and is not made again by a late save', async () => {
		const begun = saved(await save('rui'));
		expectOk(await discardDraft({ store: setting.console.store, actor: await setting.console.actor('rui'), id: begun.id }));
		expect(expectOk(await save('rui', { basis: begun }))).toEqual({ kind: 'conflict', current: null });
		expect(await setting.console.sql('select 1 from draft')).toEqual([]);
	});
});

describe('limits', () => {
	test('files together may weigh what a bundle may; more is refused and nothing of it kept', async () => {
		const half = Buffer.alloc(MAX_BUNDLE_BYTES / 2, ' ');
		const full = [sqlFile('1.sql'), { path: '2.sql', bytes: half }];
		const other = { path: '3.sql', bytes: half };
		expect(await save('rui', { files: [...full, other] })).toMatchObject({ ok: false, refusal: { code: 'too_large' } });
		expect(await setting.console.sql('select 1 from draft')).toEqual([]);
		saved(await save('rui', { files: [full[1], other].filter((one) => one !== undefined) }));
	});

	test('a person has so many drafts and no more, even if the last two begin at once; others are not counted', async () => {
		for (let made = 1; made < MAX_DRAFTS; made++) saved(await save('rui'));
		const last = await Promise.all([save('rui'), save('rui')]);
		expect(last.filter(({ ok }) => ok)).toHaveLength(1);
		expect(last.find(({ ok }) => !ok)).toMatchObject({ refusal: { message: expect.stringContaining(`${MAX_DRAFTS} drafts`) } });
		saved(await save('mei'));
	});
});

describe('filing', () => {
	const filing = async (draft: { id: string; version: number }) =>
		requestChange({
			store: setting.console.store,
			targets: targetsOf(setting.target),
			actor: await setting.console.actor('rui'),
			bundle: bundleOf(BUNDLE),
			request: requestBy({ responders: [await setting.console.idOf('olga')] }),
			draft,
		});

	test('ends the draft in the same transaction; the same draft is not filed twice, not even at once', async () => {
		const draft = saved(await save('rui'));
		const [before] = await setting.console.sql<{ count: string }>('select count(*) from change');
		const answers = await Promise.all([filing(draft), filing(draft)]);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await open('rui', draft.id)).toBeNull();
		const [after] = await setting.console.sql<{ count: string }>('select count(*) from change');
		expect(Number(after?.count)).toBe(Number(before?.count) + 1);
	});

	test('is refused when the draft was saved elsewhere since, and the draft stays', async () => {
		const draft = saved(await save('rui'));
		saved(await save('rui', { basis: draft }));
		expect(await filing(draft)).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
		expect(await open('rui', draft.id)).not.toBeNull();
	});
});

describe('the draft of a revision', () => {
	const about = async () => ({ ...(await fileChange(setting, BUNDLE)), revision: 1 });
	const whose = async (changeId: string) => ({
		store: setting.console.store,
		actor: await setting.console.actor('rui'),
		which: { changeId },
	});
	const kept = [{ path: '1.sql', storedAt: 0 }];

	test('begins with the files of the revision that the form kept, and there is one a person and change', async () => {
		const { changeId } = await about();
		const revises = { changeId, revision: 1 };
		const begun = saved(await save('rui', { revises, kept, files: [sqlFile('2.sql')] }));
		expect((await readDraft(await whose(changeId)))?.files.map(({ path }) => path)).toEqual(['1.sql', '2.sql']);
		expect(expectOk(await save('rui', { revises, kept }))).toMatchObject({ kind: 'conflict', current: begun });
	});

	test('is not made of a revision that is not the current one, nor of a change that is over', async () => {
		const { changeId } = await about();
		expect(await save('rui', { revises: { changeId, revision: 2 }, kept })).toMatchObject({ refusal: { code: 'conflict' } });
		const actor = await setting.console.actor('rui');
		expectOk(await withdrawChange({ store: setting.console.store, actor, changeId, reason: 'not needed' }));
		expect(await save('rui', { revises: { changeId, revision: 1 }, kept })).toMatchObject({ refusal: { code: 'conflict' } });
	});

	test('ends when the revision is filed; one that another tab has saved meanwhile is not passed over', async () => {
		const { changeId } = await about();
		const draft = saved(await save('rui', { revises: { changeId, revision: 1 }, kept }));
		const revising = {
			store: setting.console.store,
			targets: targetsOf(setting.target),
			actor: await setting.console.actor('rui'),
			changeId,
			bundle: bundleOf({ files: { '1.sql': 'create table eng.drafted_again (id int)' } }),
			request: requestBy({ responders: [await setting.console.idOf('olga')] }),
		};
		expect(await reviseChange({ ...revising, draft: fresh() })).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
		expectOk(await reviseChange({ ...revising, draft }));
		expect(await readDraft(await whose(changeId))).toBeNull();
	});

	test('ends when the change is withdrawn', async () => {
		const { changeId } = await about();
		saved(await save('rui', { revises: { changeId, revision: 1 }, kept }));
		const actor = await setting.console.actor('rui');
		expectOk(await withdrawChange({ store: setting.console.store, actor, changeId, reason: 'not needed' }));
		expect(await readDraft(await whose(changeId))).toBeNull();
	});
});
