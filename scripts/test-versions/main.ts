// npm run test:versions: the integration and fault tests on each major version of PostgreSQL that is supported, its newest minor release.
// `-- 17` takes one of them. `-- --short` runs the walkthrough and the tests of restore fidelity alone, as `npm test` does.
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMajor, MAJORS, type Major, unpackPostgresql, whyNoPackages } from '#scripts/set-up/postgresql-packages.ts';
import type { Counts } from '#scripts/test/count-tests.ts';
import { type Part, RESULTS, vitest } from '#scripts/test/parts.ts';
import { runPart } from '#scripts/test/run-part.ts';

type Line = Counts & { version: string; part: string; seconds: number };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { short: { type: 'boolean', default: false } } });
const unknown = positionals.find((text) => !isMajor(text));
if (unknown !== undefined) throw new Error(`there is no ${unknown} here: it takes ${Object.keys(MAJORS).join(', ')}`);
const majors = (positionals.length > 0 ? positionals : Object.keys(MAJORS)).map((text) => Number(text) as Major);

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());

mkdirSync(RESULTS, { recursive: true });
const lines: Line[] = [];
const why = whyNoPackages();
if (why) {
	console.log(`Only this machine's own PostgreSQL is tested, for packages of the others cannot be had here: ${why}.`);
	await testOn({ version: 'of this machine', env: {} });
} else
	for (const major of majors) {
		const { bin, version } = await unpackPostgresql(major);
		await testOn({ version, env: { COUNTERSIGN_POSTGRESQL_BIN: bin, PATH: `${bin}${delimiter}${process.env.PATH}` } });
	}

const sum = lines.reduce((all, { passed, failed }) => ({ passed: all.passed + passed, failed: all.failed + failed }), {
	passed: 0,
	failed: 0,
});
if (values.short) writeFileSync(join(RESULTS, 'versions.json'), `${JSON.stringify(sum)}\n`);
console.log('\n| PostgreSQL | tests | passed | failed | seconds |\n| --- | --- | --- | --- | --- |');
for (const { version, part, passed, failed, seconds } of lines)
	console.log(`| ${version} | ${part} | ${passed} | ${failed} | ${seconds} |`);
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = sum.failed > 0 || stopping.signal.aborted ? 1 : 0;

async function testOn({ version, env }: { version: string; env: Record<string, string> }): Promise<void> {
	for (const part of values.short ? shortParts() : wholeParts()) {
		if (stopping.signal.aborted) return;
		console.log(`\n── PostgreSQL ${version}: ${part.name}`);
		const startedAt = Date.now();
		const counts = await runPart({ ...part, env }, stopping.signal);
		lines.push({ version, part: part.name, ...counts, seconds: Math.round((Date.now() - startedAt) / 1000) });
	}
}

/** The walkthrough has no report of its own: it counts as one test, which its exit status decides. */
function shortParts(): Part[] {
	return [
		{ name: 'walkthrough', args: ['scripts/walkthrough/main.ts'], report: null },
		vitest('integration', ['fidelity/restore.test.ts', 'fidelity/versions']),
	];
}

function wholeParts(): Part[] {
	return [
		...shortParts().slice(0, 1),
		vitest('integration'),
		{ name: 'faults', args: ['scripts/test-faults/main.ts'], report: { path: join(RESULTS, 'faults.json'), by: 'faults' } },
	];
}
