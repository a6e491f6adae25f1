import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { Refusal } from '#lib/errors.ts';
import { brokenOff, EXIT, failedReport, report } from '#scripts/walkthrough/report.ts';

const folder = mkdtempSync(join(tmpdir(), 'walkthrough-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'bundle.zip'), 'PK');

test.each([['/nowhere'], [folder], [join(folder, 'bundle.zip')]])('ends with its line of JSON and status 2: --bundle %s', (bundle) => {
	const { status, stdout } = spawnSync(process.execPath, ['scripts/walkthrough/main.ts', '--bundle', bundle, '--json'], {
		encoding: 'utf8',
	});
	expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ outcome: 'refused', run: null, findings: [{ file: null }] });
	expect(status).toBe(2);
});

test('what goes wrong before a run was started is no outcome of the change, and afterwards it is unknown', () => {
	const before = { runId: null, ended: false };
	const after = { runId: 'r1', ended: false };
	expect(failedReport(new Refusal('unavailable', 'x'), before).outcome).toBe('refused');
	expect(failedReport(new Error('x'), before)).toMatchObject({ outcome: 'failed', run: null, findings: [{ message: 'x' }] });
	expect(failedReport(new Refusal('conflict', 'x'), after)).toMatchObject({ outcome: 'unknown', run: 'r1' });
	expect(brokenOff(after, 'stopped by SIGINT')).toMatchObject({
		outcome: 'unknown',
		run: 'r1',
		findings: [{ message: 'stopped by SIGINT' }],
	});
	expect(EXIT).toEqual({ succeeded: 0, failed: 1, refused: 2, rolled_back: 3, restored: 4, unknown: 5, kept: 6 });
});

test('what PostgreSQL said of an error is in the text and in the JSON', () => {
	const said = {
		sqlstate: 'P0001',
		detail: 'order 2',
		hint: 'give it a total',
		context: 'PL/pgSQL function f() line 5 at RAISE\nSQL statement "…"',
	};
	const finding = {
		code: 'sql_error',
		severity: 'blocks',
		about: null,
		file: '2.sql',
		line: 1,
		column: 1,
		message: 'm',
		instead: 'i',
	} as const;
	const lines: string[] = [];
	const printed = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
	const told: string[] = [];
	report(
		{ ...brokenOff({ runId: 'r', ended: false }, ''), findings: [{ ...finding, ...said }] },
		{ json: true, say: (text) => told.push(text) },
	);
	printed.mockRestore();
	expect(JSON.parse(lines[0] ?? '').findings).toEqual([{ ...finding, ...said }]);
	expect(told.join('\n')).toContain(
		'  SQLSTATE:  P0001\n  DETAIL:  order 2\n  HINT:  give it a total\n  CONTEXT:  PL/pgSQL function f() line 5 at RAISE\n    SQL',
	);
});

test('told to stop, it removes what it made, and ends with its line of JSON and status 1', { timeout: 120_000 }, async () => {
	const made = join(folder, 'made');
	mkdirSync(made, { mode: 0o777 });
	chmodSync(folder, 0o755);
	chmodSync(made, 0o777);
	const child = spawn(process.execPath, ['scripts/walkthrough/main.ts', '--bundle', 'db', '--json'], {
		env: { ...process.env, TMPDIR: made },
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	let said = '';
	child.stdout.on('data', (chunk) => {
		said += chunk;
	});
	const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
	while (!readdirSync(made).some((name) => name.startsWith('countersign-cluster-')))
		await new Promise((resolve) => setTimeout(resolve, 50));
	child.kill('SIGTERM');
	expect(await ended).toBe(1);
	expect(JSON.parse(said.trim().split('\n').at(-1) ?? '')).toMatchObject({
		outcome: 'failed',
		findings: [{ message: 'stopped by SIGTERM' }],
	});
	expect(readdirSync(made)).toEqual([]);
});
