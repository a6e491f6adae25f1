// npm run test:versions: the integration and fault tests on each major version of PostgreSQL that is supported, its newest minor release.
// `-- 17` takes one of them. `-- --short` runs the walkthrough and the tests of restore fidelity alone, as `npm test` does; of the
// release that this machine has itself it leaves out the latter, which the integration tests have run.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { findProgram } from '#lib/postgres/programs/programs.ts';
import { parseVersion } from '#lib/postgres/programs/version.ts';
import { isMajor, MAJORS, type Major, unpackPostgresql, whyNoPackages } from '#scripts/set-up/postgresql-packages.ts';
import type { Counts } from '#scripts/test/count-tests.ts';
import { type Part, RESULTS, vitest } from '#scripts/test/parts.ts';
import { runPart } from '#scripts/test/run-part.ts';

/** It has no report of its own: it counts as one test, which its exit status decides. */
const WALKTHROUGH: Part = { name: 'walkthrough', args: ['scripts/walkthrough/main.ts'], report: null };

type Line = Counts & { version: string; part: string; seconds: number };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { short: { type: 'boolean', default: false } } });
const unknown = positionals.find((text) => !isMajor(text));
if (unknown !== undefined) throw new Error(`there is no ${unknown} here: it takes ${Object.keys(MAJORS).join(', ')}`);
const majors = (positionals.length > 0 ? positionals : Object.keys(MAJORS)).map((text) => Number(text) as Major);

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());

const own = await ownVersion();
mkdirSync(RESULTS, { recursive: true });
const lines: Line[] = [];
const why = whyNoPackages();
if (why) {
	console.log(`Only this machine's own PostgreSQL is tested, for packages of the others cannot be had here: ${why}.`);
	await testOn({ version: own, isOwn: true, env: {} });
} else
	for (const major of majors) {
		const { bin, version } = await unpackPostgresql(major);
		await testOn({
			version,
			isOwn: version === own,
			env: { COUNTERSIGN_POSTGRESQL_BIN: bin, PATH: `${bin}${delimiter}${process.env.PATH}` },
		});
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

async function ownVersion(): Promise<string> {
	const { stdout } = await promisify(execFile)(await findProgram('postgres'), ['--version']);
	return parseVersion(stdout)?.text ?? stdout.trim();
}

type On = { version: string; isOwn: boolean; env: Record<string, string> };

async function testOn({ version, isOwn, env }: On): Promise<void> {
	for (const part of values.short ? shortParts(isOwn) : wholeParts()) {
		if (stopping.signal.aborted) return;
		console.log(`\n── PostgreSQL ${version}: ${part.name}`);
		const startedAt = Date.now();
		const told = await runPart({ ...part, env }, { stopping: stopping.signal });
		const counts = part.report === null && told.failed === 0 ? { passed: 1, failed: 0 } : told;
		lines.push({ version, part: part.name, ...counts, seconds: Math.round((Date.now() - startedAt) / 1000) });
	}
}

function shortParts(isOwn: boolean): Part[] {
	if (isOwn) return [WALKTHROUGH];
	// A standby copy is a copy of files: no version makes it in another way.
	const except = 'restored through the standby copy|a restore that only puts a database in place \\(copy\\)';
	return [WALKTHROUGH, vitest('integration', ['fidelity/restore.test.ts', 'fidelity/versions'], { except })];
}

function wholeParts(): Part[] {
	return [
		WALKTHROUGH,
		vitest('integration'),
		{ name: 'faults', args: ['scripts/test-faults/main.ts'], report: { path: join(RESULTS, 'faults.json'), by: 'faults' } },
	];
}
