import { describe, expect, test } from 'vitest';
import { markStored, sendAgain, sentDraft, withLoaded } from '#components/change/filing/draft-files.ts';
import type { ChosenFile } from '#components/change/filing/files/chosen-files.ts';
import { type DraftText, draftTextSchema } from '#lib/domain/draft.ts';

const TEXT: DraftText = {
	target: '',
	title: '',
	reason: '',
	whyNotStaging: '',
	risk: '',
	responders: [],
	manifest: null,
};
const BASIS = { id: 'c56a4180-65aa-42ec-a945-5fd21dec0538', version: 3 };
const chosen = (path: string): ChosenFile => ({ path, size: 1, file: new File(['1'], path), storedAt: null });
const onServer = (path: string, storedAt: number): ChosenFile => ({ path, size: 1, file: null, storedAt });

describe('the text of a draft', () => {
	test('may be empty anywhere, because it is not filed', () => {
		expect(draftTextSchema.parse(TEXT)).toEqual(TEXT);
	});

	test.each([
		['a title that no change may have', { title: 'x'.repeat(201) }, 'the title is longer than 200 characters'],
		['a reason that no change may have', { reason: 'x'.repeat(10_001) }, 'the reason is longer than 10,000 characters'],
		['what PostgreSQL cannot keep', { manifest: 'version: 1\u0000' }, 'the manifest holds a NUL character'],
	])('does not take %s, and says what is wrong', (_what, part, message) => {
		expect(draftTextSchema.safeParse({ ...TEXT, ...part }).error?.issues).toMatchObject([{ message }]);
	});

	test('does not take fields that the form does not have', () => {
		expect(draftTextSchema.safeParse({ ...TEXT, personId: BASIS.id }).success).toBe(false);
	});
});

describe('the files of a draft', () => {
	test('are sent once: afterwards by the version that the console has them since', () => {
		const files = [onServer('a.sql', 2), chosen('b.sql')];
		const first = sentDraft({ basis: BASIS, files });
		expect(first.getAll('path')).toEqual(['b.sql']);
		expect(JSON.parse(String(first.get('kept')))).toEqual([{ path: 'a.sql', storedAt: 2 }]);
		const second = sentDraft({ basis: { ...BASIS, version: 4 }, files: markStored(files, files, 4) });
		expect(second.getAll('path')).toEqual([]);
		expect(JSON.parse(String(second.get('kept')))).toEqual([
			{ path: 'a.sql', storedAt: 2 },
			{ path: 'b.sql', storedAt: 4 },
		]);
	});

	test('one that was chosen while the save was under way is not taken for the one that was sent', () => {
		const sent = [chosen('a.sql')];
		const replaced = [chosen('a.sql')];
		expect(markStored(replaced, sent, 4)).toEqual(replaced);
	});

	test('are sent again over another draft, where this page has their bytes', () => {
		const [a, b] = sendAgain([{ ...chosen('a.sql'), storedAt: 4 }, onServer('b.sql', 2)]);
		expect([a?.storedAt, b?.storedAt]).toEqual([null, 2]);
	});

	test('that were read to be shown are still those that the console has, unless they were written meanwhile', () => {
		const read = new File(['1'], 'a.sql');
		expect(withLoaded([onServer('a.sql', 2)], onServer('a.sql', 2), read)).toEqual([{ ...onServer('a.sql', 2), file: read }]);
		const written = [chosen('a.sql')];
		expect(withLoaded(written, onServer('a.sql', 2), read)).toEqual(written);
	});
});
