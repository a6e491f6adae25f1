import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Counts, countTests } from './count-tests.ts';
import { type Part, ROOT } from './parts.ts';

/** For a part that hangs: more than any takes, also on a busy machine. */
const LIMIT_MS = 45 * 60_000;
/** How long a part that was told to stop may take to stop what it started, clusters and a browser among it. */
const STOP_LIMIT_MS = 60_000;

type Run = { stopping: AbortSignal; besideOthers?: boolean };

/**
 * Runs one part with its output as it comes. A part that ends badly without a failed test, or has no test at all, counts as one
 * failure. In a process group of its own, so that Ctrl-C in the terminal reaches it once, from here, and it stops what it started.
 * `besideOthers`: each line begins with the part's name.
 */
export async function runPart(part: Part, { stopping, besideOthers = false }: Run): Promise<Counts> {
	if (part.report) rmSync(part.report.path, { force: true });
	const [program = '', ...args] = part.args;
	const child = spawn(process.execPath, [join(ROOT, program), ...args], {
		cwd: ROOT,
		detached: true,
		stdio: besideOthers ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
		env: {
			...process.env,
			...part.env,
			...(part.report?.by === 'playwright' ? { PLAYWRIGHT_JSON_OUTPUT_FILE: part.report.path } : {}),
		},
	});
	for (const output of [child.stdout, child.stderr]) if (output) printNamed(part.name, output);
	const stop = () => {
		child.kill('SIGINT');
		setTimeout(() => endGroup(child.pid), STOP_LIMIT_MS).unref();
	};
	stopping.addEventListener('abort', stop, { once: true });
	const limit = setTimeout(() => {
		console.error(`${part.name} did not end within ${LIMIT_MS / 60_000} min, and is stopped`);
		stop();
	}, LIMIT_MS);
	const status = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
	clearTimeout(limit);
	stopping.removeEventListener('abort', stop);
	const counts = countsOf(part);
	const failedOtherwise = status !== 0 || (part.report !== null && counts.passed === 0);
	return failedOtherwise && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function printNamed(name: string, output: Readable): void {
	createInterface({ input: output }).on('line', (line) => console.log(`${name} │ ${line}`));
}

function countsOf({ name, report }: Part): Counts {
	if (!report) return { passed: 0, failed: 0 };
	try {
		return countTests(report);
	} catch (error) {
		console.error(`${name} left no report of its tests: ${error instanceof Error ? error.message : error}`);
		return { passed: 0, failed: 1 };
	}
}

function endGroup(pid: number | undefined): void {
	if (pid === undefined) return;
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// It has ended meanwhile.
	}
}
