// Run apart by memory.test.ts, so that what is measured is a check and nothing else. Prints one line of JSON.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { checkBundle } from '#lib/bundle/check-bundle.ts';
import { defaultManifest } from '#lib/bundle/default-manifest.ts';
import { splitStatements } from '#lib/sql/split-statements.ts';

const MB = 1024 * 1024;
const row = "(1, 'some text', 3.5, true, null),\n";
const insert = (bytes: number) => `insert into t values ${row.repeat(Math.floor(bytes / row.length))}(1, 'x', 1, true, null);\n`;

const SHAPES: Record<string, () => string> = {
	'50,000 statements': () => 'create table t (id bigint primary key, name text not null);\n'.repeat(50_000),
	'50,001 statements': () => 'create table t (id bigint primary key, name text not null);\n'.repeat(50_001),
	'20 MB of statements': () => insert(1_000).repeat(Math.floor((20 * MB - 1000) / insert(1_000).length)),
	'20 MB on one line': () =>
		'select 1234567890, 1234567890, 1234567890, 1234567890, 1234567890, 1234567890, 1234567890, 1234567890;'.repeat(50_000).padEnd(20 * MB),
	'20 MB in one statement': () => insert(20 * MB - 1000),
	'20 MB of large inserts': () => insert(800_000).repeat(26),
	'over 20 MB': () => ' '.repeat(20 * MB + 1),
	'20 MB of errors': () => 'selec 1;\n'.repeat(2_000_000),
	'20 MB of semicolons': () => ';'.repeat(20 * MB),
	'20 MB of deep expressions': () => `select 1${'+1'.repeat(20_000)};\n`.repeat(400),
};

const [, , shape = '', verb = 'check'] = process.argv;
const bytes = Buffer.from((SHAPES[shape] as () => string)());
const delay = monitorEventLoopDelay({ resolution: 10 });
let most = 0;
const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
delay.enable();
const before = performance.now();
if (verb === 'split') {
	const statements = await splitStatements(bytes.toString('utf8'));
	report({ statementCount: statements.length, codes: [] });
} else {
	const { statementCount, findings } = await checkBundle({ files: [{ path: 'a.sql', bytes }], manifest: defaultManifest(['a.sql']) });
	report({ statementCount, codes: [...new Set(findings.map((finding) => finding.code))] });
}

function report(outcome: Record<string, unknown>): void {
	clearInterval(timer);
	const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
	console.log(
		JSON.stringify({ ...outcome, peakMb, longestPauseMs: Math.round(delay.max / 1e6), ms: Math.round(performance.now() - before) }),
	);
}
