import { describe, expect, test } from 'vitest';
import {
	answersIn,
	changedPaths,
	isSameWritten,
	stillTold,
	type Written,
	withPart,
} from '#components/change/filing/checking/found-so-far.ts';
import type { ChosenFile } from '#components/change/filing/files/chosen-files.ts';
import { fileOfText, MAX_EDITED_BYTES, readFileText } from '#components/change/filing/files/file-text.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';

const typed = (path: string, text = path): ChosenFile => ({ path, size: text.length, file: fileOfText(text), storedAt: null });
const written = (files: ChosenFile[], part: Partial<Written> = {}): Written => ({ files, manifest: 'version: 1', target: 'ehg', ...part });
const finding = (file: string | null, code = 'syntax_error'): Finding => ({
	code,
	severity: 'blocks',
	about: null,
	file,
	line: 1,
	column: 1,
	message: code,
	instead: '',
	excerpt: null,
});
const [A, B] = [typed('a.sql'), typed('b.sql')];

describe('what is checked again', () => {
	test('is a file that was written, added or renamed; not one that was saved, or read to be shown', () => {
		expect(changedPaths([A, B], [A, typed('b.sql', 'other'), typed('c.sql')])).toEqual(['b.sql', 'c.sql']);
		expect(changedPaths([A, B], [{ ...A, storedAt: 3 }, B])).toEqual([]);
		const onServer: ChosenFile = { path: 'd.sql', size: 3, file: null, storedAt: 2 };
		expect(changedPaths([onServer], [{ ...onServer, file: fileOfText('abc') }])).toEqual([]);
	});

	test('is the whole when files come or go, and when the manifest or the target is another one', () => {
		expect(isSameWritten(written([A, B]), written([A, { ...B, storedAt: 2 }]))).toBe(true);
		expect(isSameWritten(written([A, B]), written([A]))).toBe(false);
		expect(isSameWritten(written([A]), written([A], { manifest: 'version: 2' }))).toBe(false);
		expect(isSameWritten(written([A]), written([A], { target: '' }))).toBe(false);
	});
});

describe('what is found', () => {
	test('about some files takes the place of what was found in them, about all of everything', () => {
		const before = [finding(null), finding('a.sql', 'old'), finding('b.sql')];
		expect(withPart(before, { paths: ['a.sql'], findings: [finding('a.sql', 'new')] })).toEqual([
			finding(null),
			finding('b.sql'),
			finding('a.sql', 'new'),
		]);
		const asked = { state: 'asked' } as const;
		expect(withPart(before, { paths: null, findings: [], route: null, catalog: asked })).toEqual([]);
	});

	test('by asking the target stays while it is asked again', () => {
		const before = [finding('a.sql', 'rewrites_table'), finding('a.sql', 'squawk_ban_char_field'), finding('a.sql')];
		const part = { paths: null, findings: [], route: null } as const;
		expect(withPart(before, { ...part, findings: [], catalog: { state: 'asking' } })).toEqual(before.slice(0, 2));
		expect(withPart(before, { ...part, findings: [], catalog: { state: 'not asked', why: null } })).toEqual([]);
	});

	test('by filing alone stays until what it is about is written anew, and is not said twice', () => {
		const older = finding('a.sql', 'older_grammar');
		const told = { findings: [older, finding('b.sql'), finding(null, 'way_back')], of: written([A, B]) };
		expect(stillTold(told, written([A, B]), [finding('b.sql')]).map(({ code }) => code)).toEqual(['older_grammar', 'way_back']);
		expect(stillTold(told, written([A, typed('b.sql', 'new')]), [])).toEqual([older]);
		expect(stillTold(told, written([typed('a.sql', 'new'), B]), [finding('b.sql')])).toEqual([]);
	});

	test('comes line by line however it is cut, and half a line says nothing', async () => {
		const bytes = new TextEncoder().encode('{"paths":["ä.sql"],"findings":[]}\n{"paths":null,"findings":[],"route":null}\n{"paths":');
		const chunks = [bytes.slice(0, 12), bytes.slice(12, 13), bytes.slice(13)];
		const lines: unknown[] = [];
		for await (const line of answersIn(new Blob(chunks).stream())) lines.push(line);
		expect(lines).toEqual([
			{ paths: ['ä.sql'], findings: [] },
			{ paths: null, findings: [], route: null },
		]);
		const cut = new ReadableStream<Uint8Array>({
			start(controller) {
				for (const chunk of chunks) controller.enqueue(chunk);
				controller.close();
			},
		});
		const again: unknown[] = [];
		for await (const line of answersIn(cut)) again.push(line);
		expect(again).toEqual(lines);
	});
});

describe('a file in the editor', () => {
	test('is its bytes as text, a byte order mark and the line breaks included', async () => {
		const text = '\ufeffselect 1;\r\nselect 2;\n';
		expect(await readFileText(new Blob([text]))).toEqual({ kind: 'text', text });
	});

	test('is not opened when it is no UTF-8, or larger than anybody writes', async () => {
		expect(await readFileText(new Blob([new Uint8Array([0x61, 0xff])]))).toEqual({ kind: 'not_text' });
		expect(await readFileText(new Blob(['x'.repeat(MAX_EDITED_BYTES + 1)]))).toEqual({ kind: 'too_large' });
	});
});
