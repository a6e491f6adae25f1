import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { findingAbout, findingAt } from '#lib/bundle/finding-at.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import { type LineIndex, lineIndex } from '#lib/sql/line-index.ts';

/**
 * Rules of squawk that are left out. It does not see the target:
 * - the run imposes both timeouts, and runs everything in one transaction;
 * - CONCURRENTLY cannot run there;
 * - our own rules say the same of the target's tables by name, with their sizes, or are silent where the catalog shows no harm.
 */
const LEFT_OUT = [
	'require-lock-timeout',
	'require-statement-timeout',
	'prefer-robust-stmts',
	'transaction-nesting',
	'ban-uncommitted-transaction',
	'require-concurrent-index-creation',
	'require-concurrent-index-deletion',
	'ban-concurrent-index-creation-in-transaction',
	'adding-required-field',
	'adding-not-nullable-field',
	'adding-field-with-default',
	'adding-serial-primary-key-field',
	'adding-foreign-key-constraint',
	'constraint-missing-not-valid',
	'disallowed-unique-constraint',
	'changing-column-type',
	'ban-drop-table',
	'ban-drop-column',
	'ban-drop-database',
	'ban-truncate-cascade',
];
/** PostgreSQL's own parser has read every statement by now: where squawk's cannot, nothing is wrong. */
const ITS_SYNTAX = 'syntax-error';
/** The last statement of a file may lack its semicolon. */
const SEPARATOR = Buffer.from('\n;\n');
/** Measured: 12 MB in one statement take 3 s. */
const WITHIN_MS = 10_000;
const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;
/** A thousand lines of one kind are one habit. */
const MOST_FINDINGS = 500;

type ReviewedFile = { path: string; bytes: Buffer };

const answerSchema = z.array(
	z.object({
		rule_name: z.string(),
		/** From 0; the column counts bytes. */
		line: z.int(),
		column: z.int(),
		message: z.string(),
		help: z.string().nullable(),
	}),
);

/**
 * What squawk says, as notes: asked once about all files in their order, so that it knows what an earlier one makes. That it did not answer
 * in time, or is not built for this machine, is a note too.
 */
export async function askSquawk(files: readonly ReviewedFile[]): Promise<Finding[]> {
	const program = await findSquawk();
	if (program === null) return [without('it is not built for this machine')];
	try {
		const joined = Buffer.concat(files.flatMap(({ bytes }) => [withoutItsOrders(bytes), SEPARATOR]));
		return findingsOf(files, joined, answerSchema.parse(JSON.parse(await run(program, joined))));
	} catch (error) {
		return [without((error as Error).message.split('\n')[0] ?? 'it failed')];
	}
}

function findingsOf(files: readonly ReviewedFile[], joined: Buffer, answer: z.infer<typeof answerSchema>): Finding[] {
	const lines = lineIndex(joined);
	const placed = files.map(({ path, bytes }) => ({ file: path, lines: lineIndex(bytes), length: bytes.length }));
	return answer
		.filter(({ rule_name: rule }) => rule !== ITS_SYNTAX)
		.slice(0, MOST_FINDINGS)
		.map(({ rule_name: rule, line, column, message, help }) =>
			findingAt(placeIn(placed, lines.startOf(line + 1) + column), {
				code: `squawk_${rule.replaceAll('-', '_')}`,
				severity: 'note',
				message: message.replace(/\.$/, ''),
				instead: help ?? 'Make sure that nothing still relies on what was there before.',
			}),
		);
}

type Placed = { file: string; lines: LineIndex; length: number };

/** The place in its own file of a byte of all files joined. */
function placeIn(files: Placed[], byte: number): { file: string; lines: LineIndex; byteOffset: number } {
	let start = 0;
	for (const { file, lines, length } of files) {
		if (byte < start + length + SEPARATOR.length) return { file, lines, byteOffset: Math.min(Math.max(0, byte - start), length) };
		start += length + SEPARATOR.length;
	}
	throw new Error('it names a place that is not there');
}

/** A comment in the SQL must not silence a rule that the deployer counts on. */
function withoutItsOrders(bytes: Buffer): Buffer {
	return Buffer.from(bytes.toString('latin1').replace(/squawk-ignore/gi, 'squawk ignore'), 'latin1');
}

function run(program: string, bytes: Buffer): Promise<string> {
	return new Promise((resolve, reject) => {
		// In the root folder, so that no .squawk.toml of anybody's is read.
		const options = { cwd: '/', env: {} as NodeJS.ProcessEnv, stdio: ['pipe', 'pipe', 'ignore'] as ['pipe', 'pipe', 'ignore'] };
		const args = ['--reporter', 'json', '--assume-in-transaction', '--stdin-filepath', 'bundle.sql', `--exclude=${LEFT_OUT.join(',')}`];
		const child = spawn(/* turbopackIgnore: true */ program, args, { ...options, timeout: WITHIN_MS, killSignal: 'SIGKILL' });
		const output: Buffer[] = [];
		let size = 0;
		child.stdout.on('data', (data: Buffer) => {
			size += data.length;
			if (size > MOST_OUTPUT_BYTES) child.kill('SIGKILL');
			else output.push(data);
		});
		child.once('error', reject);
		// It may end before it has read everything.
		child.stdin.on('error', () => undefined);
		child.once('close', (_, killedBy) => {
			if (killedBy) return reject(new Error(size > MOST_OUTPUT_BYTES ? 'it says too much' : `it took longer than ${WITHIN_MS / 1000} s`));
			resolve(Buffer.concat(output).toString('utf8') || '[]');
		});
		child.stdin.end(bytes);
	});
}

/** The package for this machine brings the program; null when there is none. */
async function findSquawk(): Promise<string | null> {
	const path = join(process.cwd(), `node_modules/@squawk-cli/${process.platform}-${process.arch}/bin/squawk`);
	return access(path, constants.X_OK).then(
		() => path,
		() => null,
	);
}

function without(why: string): Finding {
	return findingAbout(null, {
		code: 'squawk_not_asked',
		severity: 'note',
		message: `squawk’s rules are missing here: ${why}`,
		instead: 'Read the SQL with that in mind.',
	});
}
