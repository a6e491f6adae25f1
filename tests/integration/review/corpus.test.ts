import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkBundle } from '#lib/bundle/check-bundle.ts';
import { defaultManifest } from '#lib/bundle/default-manifest.ts';
import { readFolder } from '#lib/bundle/read-folder.ts';
import { type Finding, findingName } from '#lib/domain/bundle/finding.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { reviewBundle } from '#lib/review/review-bundle.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

const CORPUS = 'tests/corpus';
/** What a bundle must be told: by which name, how serious, and words that its message holds. */
type Expected = { findings: { name: string; severity: string; says?: string }[] };

const bundles = readdirSync(CORPUS, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
const boundaries = [{ schemas: ['eng'], roles: ['vh_*'] }];
let place: TestTarget;
let target: Target;

/** What bundles need is made once, in one database: filing reads it and changes nothing. */
beforeAll(async () => {
	place = await openTestTarget();
	target = place.define((definition) => Object.assign(definition, { boundaries }));
	const setups = bundles.map((name) => `${CORPUS}/${name}/setup.sql`).filter((path) => existsSync(path));
	for (const path of setups) await place.sql(readFileSync(path, 'utf8'));
	await place.sql('analyze');
});
afterAll(async () => {
	await place.sql('drop owned by corpus_gone; drop role corpus_gone');
	await place.close();
});

test.each(bundles)('%s is told exactly what is expected', async (name) => {
	const expected = JSON.parse(readFileSync(`${CORPUS}/${name}/expected.json`, 'utf8')) as Expected;
	const found = await findingsOf(name);
	expect(found.map((finding) => ({ name: findingName(finding), severity: finding.severity }))).toEqual(
		expected.findings.map(({ name: wanted, severity }) => ({ name: wanted, severity })),
	);
	for (const [index, { says = '' }] of expected.findings.entries()) expect(found[index]?.message).toContain(says);
});

test('a target that does not answer is a finding that must be accepted, and in doubt so is what depends on it', async () => {
	const silent = { ...target, connection: { ...target.connection, port: 1 } };
	const files = [{ path: '1.sql', bytes: Buffer.from('create index i on vh.ventures (name); drop view views.v cascade;') }];
	expect((await reviewBundle({ target: silent, files, secondsPerGb: null })).map(({ code, severity }) => `${code} ${severity}`)).toEqual([
		'not_reviewed accept',
		'builds_index accept',
		'drops_used accept',
	]);
});

async function findingsOf(name: string): Promise<Finding[]> {
	const { files } = await readFolder(`${CORPUS}/${name}/bundle`);
	const checked = await checkBundle({ files, manifest: defaultManifest(files.map(({ path }) => path)) });
	return checked.findings.length > 0 ? checked.findings : reviewBundle({ target, files: checked.files, secondsPerGb: null });
}
