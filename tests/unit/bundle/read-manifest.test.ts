import { expect, test } from 'vitest';
import { readManifest } from '#lib/bundle/read-manifest.ts';
import { MAX_MANIFEST_BYTES } from '#lib/domain/bundle/limits.ts';

const found = (yaml: string | Buffer) =>
	readManifest(Buffer.from(yaml)).findings.map(({ line, column, message }) => `${line}:${column} ${message}`);

test('reads durations and defaults', () => {
	const { manifest, findings } = readManifest(Buffer.from('version: 1\nphases: [{name: all, files: [a.sql]}]\ntimeouts: {lock: 5s}\n'));
	expect(findings).toEqual([]);
	expect(manifest).toMatchObject({ timeouts: { lock: 5000 }, smokeTests: [], restore: 'confirmed' });
});

test('reports every problem at its place', () => {
	const yaml =
		'version: 1\nphases: []\ntimeouts:\n  lock: 20s\n  sock: 1s\nverifications:\n  - name: é\n    sql: select 1\n    expect: {valu: 1}\nrestore: maybe\n';
	const places = readManifest(Buffer.from(yaml)).findings.map(({ line, column }) => `${line}:${column}`);
	expect(places.sort()).toEqual(['10:10', '2:9', '4:9', '5:9', '9:13'].sort());
	expect(found(yaml).join('\n')).toContain('a bundle may tighten the lock_timeout, never loosen it');
});

test('refuses duplicate keys, broken YAML, several documents and unknown tags', () => {
	expect(found('version: 1\nversion: 1\n')[0]).toMatch(/^2:1 not valid YAML: .*unique/);
	expect(found('version: [1\n')[0]).toMatch(/not valid YAML/);
	expect(found('version: 1\n---\nversion: 1\n')[0]).toMatch(/not valid YAML/);
	expect(found('version: !!js/function "x"\n')[0]).toMatch(/not valid YAML/);
});

test('refuses aliases without end, nesting without end, and what is too large', () => {
	const laughs = [
		'a: &a [x,x,x,x,x,x,x,x,x]',
		...'bcdefghi'.split('').map((c, i) => `${c}: &${c} [${`*${'abcdefgh'[i]},`.repeat(9)}]`),
	].join('\n');
	expect(found(laughs)[0]).toMatch(/alias/i);
	expect(found(`version: ${'['.repeat(100_000)}`).length).toBeLessThanOrEqual(20);
	expect(found(Buffer.alloc(MAX_MANIFEST_BYTES + 1, 0x20))[0]).toMatch(/1,048,577 bytes \(limit: 1,048,576 bytes\)/);
});

test('refuses NUL, invalid UTF-8 and an empty manifest', () => {
	expect(found('version: 1\nx: "\0"')[0]).toMatch(/^2:5 NUL/);
	expect(found(Buffer.from([0x76, 0xff]))[0]).toMatch(/^1:2 byte 0xff/);
	expect(found('')).toHaveLength(1);
});
