import { BlobReader, BlobWriter, TextReader, ZipWriter, type ZipWriterAddDataOptions } from '@zip.js/zip.js';
import { describe, expect, test } from 'vitest';
import { unpackPicked } from '#components/change/filing/files/unpack-zip.ts';
import { MAX_BUNDLE_BYTES, MAX_FILES, MAX_MANIFEST_BYTES } from '#lib/domain/bundle/limits.ts';

type Content = { path: string; text?: string; blob?: Blob; options?: ZipWriterAddDataOptions };

async function zipOf(...contents: Content[]): Promise<Uint8Array<ArrayBuffer>> {
	const writer = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false });
	for (const { path, text = 'select 1;\n', blob, options } of contents)
		await writer.add(path, path.endsWith('/') ? undefined : blob ? new BlobReader(blob) : new TextReader(text), options);
	return new Uint8Array(await (await writer.close()).arrayBuffer());
}

const picked = (bytes: Uint8Array<ArrayBuffer>, path = 'bundle.zip') => ({ path, file: new File([bytes], path) });
const unpack = (bytes: Uint8Array<ArrayBuffer>) => unpackPicked([picked(bytes)]);

/** The archive with every place of one text overwritten by another as long. */
function overwritten(bytes: Uint8Array<ArrayBuffer>, from: string | number, to: string | number): Uint8Array<ArrayBuffer> {
	const asBytes = (value: string | number) => {
		if (typeof value === 'string') return Buffer.from(value, 'latin1');
		const four = Buffer.alloc(4);
		four.writeUInt32LE(value);
		return four;
	};
	const [old, fresh] = [asBytes(from), asBytes(to)];
	const whole = Buffer.from(bytes);
	let count = 0;
	for (let at = whole.indexOf(old); at >= 0; at = whole.indexOf(old, at + 1)) {
		fresh.copy(whole, at);
		count += 1;
	}
	if (count === 0) throw new Error(`the archive does not hold ${from}`);
	return new Uint8Array(whole);
}

describe('an archive', () => {
	test('is taken as the folder that it was made of, beside other files', async () => {
		const bytes = await zipOf(
			{ path: 'top/' },
			{ path: 'top/manifest.yaml', text: 'version: 1\n' },
			{ path: 'top/views/é.sql', text: 'select 2;\r\n' },
			{ path: 'top/notes.txt', text: 'hello' },
			{ path: '__MACOSX/top/._notes.txt' },
		);
		const unpacked = await unpackPicked([picked(bytes), { path: 'a.sql', file: new File(['select 0;'], 'a.sql') }]);
		if (!unpacked.ok) throw new Error(unpacked.problem.message);
		const seen = await Promise.all(unpacked.files.map(async ({ path, file }) => [path, await file.text()]));
		expect(seen).toEqual([
			['manifest.yaml', 'version: 1\n'],
			['views/é.sql', 'select 2;\r\n'],
			['notes.txt', ''],
			['a.sql', 'select 0;'],
		]);
	});

	test('in a folder that was picked is a file like any other', async () => {
		const inside = picked(await zipOf({ path: '1.sql' }), 'folder/old.zip');
		expect(await unpackPicked([inside])).toEqual({ ok: true, files: [inside] });
	});
});

describe('nothing is taken, and it is said why, from an archive', () => {
	const zeros = (bytes: number) => new Blob([new Uint8Array(bytes)]);

	test.each<{ what: string; bytes: () => Promise<Uint8Array<ArrayBuffer>>; says: RegExp }>([
		{ what: 'that leaves the bundle', bytes: () => zipOf({ path: '../1.sql' }), says: /the path \.\.\/1\.sql leaves the bundle/ },
		{ what: 'with an absolute path', bytes: () => zipOf({ path: '/etc/1.sql' }), says: /the path \/etc\/1\.sql is absolute/ },
		{ what: 'with a drive', bytes: () => zipOf({ path: 'C:/1.sql' }), says: /is absolute/ },
		{
			what: 'with a backslash',
			bytes: async () => overwritten(await zipOf({ path: 'a/1.sql' }), 'a/1.sql', 'a\\1.sql'),
			says: /holds a backslash/,
		},
		{
			what: 'with a link',
			bytes: () => zipOf({ path: '1.sql', options: { unixMode: 0o120777, versionMadeBy: 0x031e } }),
			says: /1\.sql is a link/,
		},
		{ what: 'with a device', bytes: () => zipOf({ path: '1.sql', options: { unixMode: 0o060644 } }), says: /not an ordinary file/ },
		{ what: 'with a password', bytes: () => zipOf({ path: '1.sql', options: { password: 'x' } }), says: /1\.sql is encrypted/ },
		{
			what: 'with two files of one path',
			bytes: async () => overwritten(await zipOf({ path: 'a1.sql' }, { path: 'a2.sql' }), 'a2.sql', 'a1.sql'),
			says: /two files with the path a1\.sql/,
		},
		{
			what: 'with two paths that some systems confuse',
			bytes: () => zipOf({ path: 'A.sql' }, { path: 'a.sql' }),
			says: /a\.sql differs from A\.sql only in case/,
		},
		{ what: 'without SQL', bytes: () => zipOf({ path: 'inner.zip' }), says: /it has no \.sql file/ },
		{ what: 'that is none', bytes: async () => new Uint8Array(Buffer.from('select 1;'.repeat(9))), says: /no \.zip that can be read/ },
		{
			what: 'cut short',
			bytes: async () => (await zipOf({ path: '1.sql' }, { path: '2.sql' })).slice(0, -30),
			says: /no \.zip that can be read/,
		},
		{
			what: 'that was damaged',
			bytes: async () =>
				overwritten(await zipOf({ path: '1.sql', text: 'select 12345;', options: { level: 0 } }), 'select 12345;', 'select 54321;'),
			says: /1\.sql cannot be read/,
		},
		{
			what: 'with too many entries',
			bytes: () => zipOf(...Array.from({ length: 2 * MAX_FILES + 1 }, (_, i) => ({ path: `${i}/` }))),
			says: /more than 10,000 entries/,
		},
		{
			what: 'whose files weigh too much together',
			bytes: () => zipOf({ path: '1.sql', blob: zeros(MAX_BUNDLE_BYTES - 1) }, { path: '2.sql', blob: zeros(2) }),
			says: /more than 20,971,520 bytes; reading stopped at 2\.sql/,
		},
		{
			what: 'with a manifest too long',
			bytes: () => zipOf({ path: 'manifest.yaml', blob: zeros(MAX_MANIFEST_BYTES + 1) }),
			says: /manifest\.yaml has more than 1,048,576/,
		},
		{
			what: 'that claims to be small and is not',
			bytes: async () =>
				overwritten(
					await zipOf({ path: '1.sql', blob: zeros(3 * MAX_BUNDLE_BYTES), options: { dataDescriptor: false } }),
					3 * MAX_BUNDLE_BYTES,
					10,
				),
			says: /1\.sql/,
		},
	])('$what', async ({ bytes, says }) => {
		const unpacked = await unpack(await bytes());
		expect(unpacked).toMatchObject({ ok: false, problem: { message: expect.stringMatching(says), instead: expect.stringMatching(/\.$/) } });
		expect(!unpacked.ok && unpacked.problem.message).toMatch(/^Nothing was taken out of bundle\.zip: /);
	});

	test('that is a bomb, before it has filled the memory', async () => {
		const size = 150 * 1024 * 1024;
		const bomb = overwritten(await zipOf({ path: '1.sql', blob: zeros(size), options: { dataDescriptor: false } }), size, 10);
		global.gc?.();
		const before = process.memoryUsage().rss;
		expect(await unpack(bomb)).toMatchObject({ ok: false });
		expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
	});
});
