import { setImmediate as otherWork } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { checkBundle } from '#lib/bundle/check-bundle.ts';
import { defaultManifest } from '#lib/bundle/default-manifest.ts';
import { checkAsWritten } from '#lib/change/drafts/check-as-written.ts';
import { checkInTurn } from '#lib/change/drafts/checks-in-hand.ts';
import type { CheckedPart } from '#lib/domain/draft.ts';

const FILLER = `-- ${'x'.repeat(1_000)}\nselect 1;\n`;
const file = (path: string, text: string) => ({ path, bytes: Buffer.from(text) });
const MANY = Array.from({ length: 100 }, (_, n) => file(`${String(n).padStart(3, '0')}.sql`, FILLER));

const NOTHING = { paths: null, findings: [], route: null, catalog: { state: 'not asked', why: null } };

async function partsOf(files: typeof MANY, changed: string[], signal = new AbortController().signal): Promise<CheckedPart[]> {
	const parts: CheckedPart[] = [];
	const routeFor = () => Promise.resolve(null);
	const tell = (part: CheckedPart) => void parts.push(part);
	await checkAsWritten({ bundle: { files, manifest: null }, routeFor, target: null, changed, signal, tell });
	return parts;
}

describe('a bundle that is being written', () => {
	test('is told about first where it was changed, then as a whole', async () => {
		const files = [...MANY, file('a.sql', 'commit;'), file('b.sql', 'selec 1;')];
		const [first, whole, ...more] = await partsOf(files, ['b.sql', 'not there.sql']);
		expect(first).toMatchObject({ paths: ['b.sql'], findings: [{ file: 'b.sql', code: 'syntax_error', line: 1, column: 1 }] });
		expect(whole?.paths).toBeNull();
		expect(whole?.findings.map(({ file }) => file)).toEqual(['a.sql', 'b.sql']);
		expect(more).toEqual([]);
	});

	test('that is small, or of which nothing was changed, is told about at once', async () => {
		expect(await partsOf([file('a.sql', 'commit;')], ['a.sql'])).toMatchObject([{ paths: null, findings: [{ file: 'a.sql' }] }]);
		expect(await partsOf(MANY, [])).toEqual([NOTHING]);
	});

	test('is told what is sure, and not what only the target could tell', async () => {
		const sql = (use: string) => [file('1.sql', `alter type eng.mood add value 'new';\n${use};\n`)];
		const doubt = await checkBundle({ files: sql("select * from eng.t where m = 'new'"), manifest: defaultManifest(['1.sql']) });
		expect(doubt.findings, 'when nobody asks the target').toMatchObject([{ code: 'new_enum_value' }]);
		expect(await partsOf(sql("select * from eng.t where m = 'new'"), [])).toEqual([NOTHING]);
		expect(await partsOf(sql("select 'new'::eng.mood"), [])).toMatchObject([{ findings: [{ code: 'new_enum_value', line: 2 }] }]);
	});

	test('is checked no further once nobody waits', async () => {
		await expect(partsOf(MANY, [], AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
	});
});

describe('checks in turn', () => {
	const own = (draftId: string, personId = 'rui') => ({ personId, draftId, signal: new AbortController().signal });
	const untilEnded = (signal: AbortSignal) =>
		new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

	test('a newer one of the same draft ends the older, which says nothing', async () => {
		const older = checkInTurn(own('one'), untilEnded);
		await otherWork();
		let isRun = false;
		await checkInTurn(own('one'), async () => {
			isRun = true;
		});
		await older;
		expect(isRun).toBe(true);
	});

	test('are two at a time, and more than four drafts of a person are refused; another person waits and is served', async () => {
		const ends = [new AbortController(), new AbortController(), new AbortController(), new AbortController()];
		let running = 0;
		const held = ends.map((end, n) =>
			checkInTurn({ personId: 'rui', draftId: `held ${n}`, signal: end.signal }, (signal) => {
				running++;
				return untilEnded(signal);
			}),
		);
		await otherWork();
		expect(running).toBe(2);
		await expect(checkInTurn(own('fifth'), async () => undefined)).rejects.toMatchObject({ code: 'throttled' });
		const mei = checkInTurn(own('hers', 'mei'), async () => undefined);
		for (const end of ends) end.abort();
		await Promise.all([...held, mei]);
		await checkInTurn(own('fifth'), async () => undefined);
	});

	test('what waits for others keeps none from its turn, and a newer check ends it too', async () => {
		let isEnded = false;
		const asks = checkInTurn(
			own('one'),
			async () => 'checked',
			(_checked, signal) => untilEnded(signal).finally(() => (isEnded = true)),
		);
		const others = ['two', 'three'].map((draft) => checkInTurn(own(draft), async () => undefined));
		await Promise.all(others);
		expect(isEnded).toBe(false);
		await checkInTurn(own('one'), async () => undefined);
		await asks;
		expect(isEnded).toBe(true);
	});

	test('an error of a check that nobody has ended is thrown on', async () => {
		const failing = checkInTurn(own('one'), () => Promise.reject(new Error('a defect')));
		await expect(failing).rejects.toThrow('a defect');
	});
});
