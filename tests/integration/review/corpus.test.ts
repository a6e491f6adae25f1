import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkBundle } from '#lib/bundle/check-bundle.ts';
import { defaultManifest } from '#lib/bundle/default-manifest.ts';
import { readFolder } from '#lib/bundle/read-folder.ts';
import { type Finding, findingName } from '#lib/domain/bundle/finding.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { readImpact } from '#lib/postgres/catalog/read-impact.ts';
import { beginReview } from '#lib/review/review-bundle.ts';
import { impactAsks } from '#lib/sql/plan/impact-asks.ts';
import { planInWords } from '#lib/sql/plan/plan-in-words.ts';
import { cloneDatabase, query } from '#tests/support/sql.ts';
import { giveBackWhatACloneLacks, openTestTarget, type TestTarget } from '#tests/support/test-target.ts';
import { applyAndRollBack } from './apply-bundle.ts';

const CORPUS = 'tests/corpus';
/**
 * What a bundle must be told: by which name, how serious, and words that its message holds. And, unless it cannot be filed, what becomes of
 * it: the SQLSTATE that ends it, or the tables that nobody can write to or read until COMMIT.
 */
type Expected = {
	findings: { name: string; severity: string; says?: string }[];
	outcome?: { fails: string } | { locks: string[] };
};

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
	await place.sql(OWNED_BY_THE_APPLICATION);
	await place.sql('analyze');
});
afterAll(async () => {
	await query(place.urlOf('postgres'), `drop database if exists ${place.database}_copy with (force)`);
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

test('each that may be filed ends as expected, in a copy and then here, with the locks that the plan says', {
	timeout: 300_000,
}, async () => {
	const copy = `${place.database}_copy`;
	await cloneDatabase(place.urlOf, { from: place.database, to: copy });
	await giveBackWhatACloneLacks(place.urlOf(copy), { ...target, connection: { ...target.connection, database: copy } });
	const times: { name: string; rehearsedMs: number; ms: number }[] = [];
	for (const name of bundles) {
		const { checked, expected } = await readBundle(name);
		const isFiled = checked.manifest !== null && checked.findings.length === 0;
		expect(isFiled, `${name} has an outcome`).toBe(expected.outcome !== undefined);
		if (!isFiled || !checked.manifest || !expected.outcome) continue;
		const applying = { target, files: checked.files, manifest: checked.manifest };
		const rehearsed = await applyAndRollBack({ ...applying, database: copy });
		const here = await applyAndRollBack({ ...applying, database: place.database });
		const outcome = rehearsed.failed === null ? { locks: rehearsed.locks } : { fails: rehearsed.failed };
		expect(outcome, name).toEqual(expected.outcome);
		expect([here.failed, here.locks], `${name}, here as in the copy`).toEqual([rehearsed.failed, rehearsed.locks]);
		times.push({ name, rehearsedMs: rehearsed.ms, ms: here.ms });
		if (rehearsed.failed === null) expect(await locksOfPlan(checked.files), `${name}, as the plan says`).toEqual(rehearsed.locks);
	}
	console.log(durationsInWords(times));
});

test('a target that does not answer is a finding that must be accepted, and in doubt so is what depends on it', async () => {
	const silent = { ...target, connection: { ...target.connection, port: 1 } };
	const files = [{ path: '1.sql', bytes: Buffer.from('create index i on vh.ventures (name); drop view views.v cascade;') }];
	const found = await reviewOf(silent, files);
	expect(found.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
		'not_reviewed accept',
		'builds_index accept',
		'drops_used accept',
	]);
});

async function findingsOf(name: string): Promise<Finding[]> {
	const { files } = await readFolder(`${CORPUS}/${name}/bundle`);
	return reviewOf(target, files);
}

/** What blocks, or else what the review finds: in one reading of the files, as when they are filed. */
async function reviewOf(of: Target, files: { path: string; bytes: Buffer }[]): Promise<Finding[]> {
	const review = beginReview({ target: of, secondsPerGb: null });
	const checked = await checkBundle({ files, manifest: defaultManifest(files.map(({ path }) => path)), onParsed: review.read });
	return checked.findings.length > 0 ? checked.findings : review.findings(checked.files);
}

async function readBundle(name: string) {
	const { files } = await readFolder(`${CORPUS}/${name}/bundle`);
	const checked = await checkBundle({ files, manifest: defaultManifest(files.map(({ path }) => path)) });
	return { checked, expected: JSON.parse(readFileSync(`${CORPUS}/${name}/expected.json`, 'utf8')) as Expected };
}

/** What keeps others from writing or reading until COMMIT, as people read it before they sign: from the SQL, and because of what falls. */
async function locksOfPlan(files: { path: string; bytes: Buffer }[]): Promise<string[]> {
	const asks = impactAsks(await planInWords(files, target.connection.database));
	const { sizes, alsoLocked } = await readImpact(target, asks, { timeoutMs: 30_000 });
	const also = new Set(alsoLocked.map(({ name }) => name));
	const named = asks.locked.filter(({ name }) => sizes[name] !== null && !also.has(name));
	return [...named, ...alsoLocked].map(({ name, level }) => `${name} ${level}`).sort();
}

/** Shorter ones say only how busy the machine was. */
const LONG_MS = 100;

function durationsInWords(times: { name: string; rehearsedMs: number; ms: number }[]): string {
	const sum = (of: (one: (typeof times)[number]) => number) => Math.round(times.reduce((total, one) => total + of(one), 0));
	const factors = times
		.filter(({ rehearsedMs, ms }) => Math.max(rehearsedMs, ms) >= LONG_MS)
		.map(({ name, rehearsedMs, ms }) => ({ name, factor: Math.max(rehearsedMs, ms) / Math.min(rehearsedMs, ms) }))
		.sort((a, b) => b.factor - a.factor);
	const worst = factors.slice(0, 3).map(({ name, factor }) => `${name} ${factor.toFixed(1)}×`);
	return `${times.length} bundles: ${sum(({ rehearsedMs }) => rehearsedMs)} ms in the copy, ${sum(({ ms }) => ms)} ms here. Of those over ${LONG_MS} ms the furthest apart: ${worst.join(', ')}`;
}

/** The bundles are applied as the role that owns the application's objects. */
const OWNED_BY_THE_APPLICATION = `do $$ declare one record; begin
	for one in select nspname as name from pg_namespace where nspname like 'corpus%' loop
		execute format('alter schema %I owner to ehg_owner', one.name);
	end loop;
	for one in select oid::regclass as name from pg_class where relnamespace::regnamespace::text like 'corpus%' and relkind in ('r', 'p') loop
		execute format('alter table %s owner to ehg_owner', one.name);
	end loop;
	for one in select oid::regprocedure as name from pg_proc where pronamespace::regnamespace::text like 'corpus%' loop
		execute format('alter function %s owner to ehg_owner', one.name);
	end loop;
end $$`;
