// npm test: sets this clone up, then runs every part and ends with one line. `-- --only e2e` runs one part.
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureChromium } from '#scripts/set-up/chromium.ts';
import { ensurePostgresql } from '#scripts/set-up/postgresql.ts';
import { LANES, type Part, QUICK_PARTS, RESULTS } from './parts.ts';
import { runPart } from './run-part.ts';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const isWanted = ({ name }: Part) => values.only === undefined || name === values.only;
const quick = QUICK_PARTS.filter(isWanted);
const lanes = LANES.map((lane) => lane.filter(isWanted)).filter((lane) => lane.length > 0);
if (quick.length + lanes.length === 0)
	throw new Error(
		`--only takes one of: ${[QUICK_PARTS, ...LANES]
			.flat()
			.map(({ name }) => name)
			.join(', ')}`,
	);

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());

await ensurePostgresql();
await ensureChromium();
mkdirSync(RESULTS, { recursive: true });

const sum = { passed: 0, failed: 0 };
await runInTurn(quick);
await Promise.all(lanes.map((lane) => runInTurn(lane)));
if (stopping.signal.aborted) console.log('\nStopped before the end.');
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = sum.failed > 0 || stopping.signal.aborted ? 1 : 0;

async function runInTurn(parts: Part[]): Promise<void> {
	for (const part of parts) {
		if (stopping.signal.aborted) return;
		console.log(`\n── ${part.name}`);
		const startedAt = Date.now();
		const { passed, failed } = await runPart(part, { stopping: stopping.signal, besideOthers: lanes.length > 1 });
		sum.passed += passed;
		sum.failed += failed;
		console.log(`── ${part.name}: ${failed > 0 ? 'failed' : 'passed'} in ${Math.round((Date.now() - startedAt) / 1000)} s`);
	}
}
