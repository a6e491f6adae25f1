// npm run test:faults: injects every fault of the table for real, and prints what happened. `-- --row N`, `-- --repeat N`, `-- --json`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { ensurePostgresql } from '#scripts/set-up/postgresql.ts';
import { RESULTS } from '#scripts/test/parts.ts';
import { ROWS } from '#tests/faults/rows/index.ts';
import { openWorlds } from '#tests/faults/world.ts';
import { type Outcome, runRow } from './run-row.ts';
import { printTable, tellOutcome } from './table.ts';

/** Rows side by side: most of the time they wait, for a lease to end or a window to close. */
const AT_ONCE = 3;

const { values } = parseArgs({
	options: { row: { type: 'string', multiple: true }, repeat: { type: 'string', default: '1' }, json: { type: 'boolean', default: false } },
});
const repeats = Number(values.repeat);
if (!Number.isInteger(repeats) || repeats < 1) throw new Error('--repeat takes a whole number from 1');
const wanted = values.row?.map(Number);
const rows = ROWS.filter(({ row }) => !wanted || wanted.includes(row));
if (rows.length === 0) throw new Error(`--row takes one of: ${ROWS.map(({ row }) => row).join(', ')}`);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

// A row that failed may leave a promise that fails after it: the other rows go on, and the table has failed.
let strays = 0;
process.on('unhandledRejection', (reason) => {
	strays += 1;
	console.error('after a row had ended:', reason);
});

await ensurePostgresql();
// The workers that the rows start load what this process has loaded.
flushCompileCache();
const startedAt = Date.now();
const worlds = await openWorlds();
const outcomes: Outcome[] = [];
try {
	const left = [...rows].sort((a, b) => Number(b.long ?? false) - Number(a.long ?? false));
	const inTurn = pLimit(AT_ONCE);
	const work = left.map((row) =>
		inTurn(async () => {
			const outcome = await runRow({ row, worlds, repeats });
			outcomes.push(outcome);
			tellOutcome(outcome);
		}),
	);
	await Promise.all(work);
} finally {
	await worlds.close();
}
outcomes.sort((a, b) => a.row.row - b.row.row);
printTable(outcomes);
const took = worlds.takeoversMs;
if (took.length > 0) {
	const seconds = (ms: number) => (ms / 1000).toFixed(1);
	console.log(`${took.length} takeovers, ${seconds(Math.min(...took))} to ${seconds(Math.max(...took))} s after the owner's death`);
}
const result = outcomes.map(({ row, outcome, pass, repeats: done }) => ({ row: row.row, fault: row.fault, outcome, pass, repeats: done }));
mkdirSync(RESULTS, { recursive: true });
writeFileSync(join(RESULTS, 'faults.json'), `${JSON.stringify({ rows: result, takeoversMs: took })}\n`);
const failed = outcomes.filter(({ pass }) => pass === false).length + strays;
console.log(`in ${Math.round((Date.now() - startedAt) / 1000)} s`);
console.log(`${outcomes.filter(({ pass }) => pass).length} passed, ${failed} failed`);
if (values.json) console.log(JSON.stringify(result));
// A row that failed half-way may have left a line open, which would keep this process for ever.
process.exit(failed > 0 ? 1 : 0);
