import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { defaultManifest } from '#lib/bundle/default-manifest.ts';
import { bundleContent, bundleDigest, type RevisionParts, revisionContent, revisionDigest } from '#lib/bundle/revision-digest.ts';
import { flawOfStored } from '#lib/change/signed-bytes.ts';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';

/** The test vector of docs/formats.md, "Revision digest". */
const parts: RevisionParts = {
	request: {
		title: 'Add directives',
		reason: 'Board decision 12',
		why_not_staging: 'Staging is down',
		risk: 'low',
		responders: ['00000000-0000-0000-0000-000000000001'],
	},
	files: [
		{ path: 'migrations/001_tables.sql', bytes: Buffer.from('create table t (id int);\n') },
		{ path: 'views/é.sql', bytes: Buffer.from('create view v as select id from t;\r\n') },
	],
	manifest: Buffer.from('version: 1\nphases:\n  - name: all\n    files:\n      - migrations/001_tables.sql\n      - views/é.sql\n'),
	target: { name: 'venture', systemIdentifier: '7300000000000000001', databaseOid: '16384' },
	baseline: '0'.repeat(64),
	window: { daily: { from: '02:00', to: '04:00' }, once: [], freezes: [] },
	accepted: [{ name: 'grants_to_public t at views/é.sql:1:1', danger: 'this gives privileges on table t to every role (PUBLIC)' }],
	route: { kind: 'direct', staging: 'venture-staging' },
	seats: ['dba', 'security_officer', 'chairman'],
};

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

test('is the one that docs/formats.md gives, recomputed without our code', async () => {
	const docs = await readFile(new URL('../../../docs/formats.md', import.meta.url), 'utf8');
	const part = docs.slice(docs.indexOf('## Revision digest'));
	const canonical = /```json canonical\n(.*)\n```/.exec(part)?.[1] ?? '';
	const { bytes, digest } = revisionDigest(revisionContent(parts));
	expect(bytes.toString('utf8')).toBe(canonical);
	expect(digest).toBe(sha256(canonical));
	expect(part).toContain(`\`${digest}\``);
	const bundle = /```json bundle\n(.*)\n```/.exec(docs)?.[1] ?? '';
	expect(bundleDigest(bundleContent(parts))).toBe(sha256(bundle));
	expect(docs).toContain(`\`${sha256(bundle)}\``);
	for (const file of parts.files) expect(canonical).toContain(`"sha256":"${sha256(file.bytes)}"`);
	expect(canonical).toContain(`"manifest":"${sha256(parts.manifest)}"`);
});

test('changes with every part, one byte or the order of files included', () => {
	const of = (change: Partial<RevisionParts>) => revisionDigest(revisionContent({ ...parts, ...change })).digest;
	const digests = [
		of({}),
		of({ files: [...parts.files].reverse() }),
		of({ files: parts.files.map((file) => ({ ...file, bytes: Buffer.concat([file.bytes, Buffer.from(' ')]) })) }),
		of({ files: parts.files.map((file) => ({ ...file, path: `${file.path}x` })) }),
		of({ manifest: Buffer.from('version: 1') }),
		of({ target: { ...parts.target, databaseOid: '16385' } }),
		of({ baseline: '1'.repeat(64) }),
		of({ window: { ...parts.window, daily: { from: '02:00', to: '05:00' } } }),
		of({ request: { ...parts.request, risk: 'high' } }),
		of({ accepted: [] }),
		of({ route: { kind: 'direct', staging: null } }),
		of({ seats: ['dba'] }),
	];
	expect(new Set(digests).size).toBe(digests.length);
});

test('a revision of version 1, of before findings had to be accepted, still has its digest', () => {
	const { accepted: _, route: __, seats: ___, ...before } = revisionContent(parts);
	const content = canonicalBytes({ ...before, v: 1 });
	const digest = '32418eb774a10cfae711719110e012cd734f1ce2f58770f09029294677f8dd34';
	expect(sha256(content)).toBe(digest);
	expect(flawOfStored({ files: parts.files, manifest: parts.manifest, content, digest })).toBeNull();
	expect(flawOfStored({ files: [], manifest: parts.manifest, content, digest })).toContain('not the bytes that were signed');
});

test('a bundle has one digest, whatever target, reason and window it is filed with', () => {
	const content = revisionContent(parts);
	const elsewhere = revisionContent({ ...parts, target: { ...parts.target, name: 'venture-staging' }, baseline: '1'.repeat(64) });
	expect(bundleDigest(elsewhere)).toBe(bundleDigest(content));
	expect(bundleDigest({ ...content, files: content.files.toReversed() })).not.toBe(bundleDigest(content));
	expect(bundleDigest({ ...content, manifest: sha256('version: 1') })).not.toBe(bundleDigest(content));
});

test('a default manifest names the .sql files in path order, whatever their names', () => {
	const yaml = defaultManifest(['b/1.sql', 'notes.txt', 'a: [x].sql', 'b-1.sql', '010.sql', '9.sql', 'é.SQL']).toString();
	expect(yaml).toBe(
		'version: 1\nphases:\n  - name: all\n    files:\n      - 010.sql\n      - 9.sql\n      - "a: [x].sql"\n      - b/1.sql\n      - b-1.sql\n      - é.SQL\n',
	);
});
