import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Refusal } from '#lib/errors.ts';
import { brokenOff, EXIT, failedReport } from '#scripts/walkthrough/report.ts';

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
	expect(EXIT).toEqual({ succeeded: 0, failed: 1, refused: 2, rolled_back: 3, restored: 4, unknown: 5 });
});
