import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** What a process that runs this writes to standard error, a line of JSON each. */
function logged(script: string): Record<string, unknown>[] {
	const source = `import { log } from '#lib/log.ts'; ${script}`;
	const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], { cwd: ROOT, encoding: 'utf8' });
	expect(stdout).toBe('');
	return stderr
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));
}

test('an event is one line of JSON on standard error, with the run that it is about', () => {
	expect(logged(`log.warn({ runId: 'r1' }, 'a stream ended early')`)).toEqual([
		expect.objectContaining({ level: 'warn', runId: 'r1', msg: 'a stream ended early', time: expect.stringMatching(/^\d{4}-.*Z$/) }),
	]);
});

test('no secret is logged: not in the words, the fields, the error, its stack or its cause', () => {
	const url = 'postgresql://app:hunter2@db.internal/console';
	const [line] = logged(`
		const cause = new Error("ALTER ROLE app PASSWORD 'hunter2'");
		log.error({ at: '${url}', error: new Error('cannot reach ${url}', { cause }) }, 'cannot reach ${url}');`);
	expect(JSON.stringify(line)).not.toContain('hunter2');
	expect(line).toMatchObject({ error: { message: expect.stringContaining('db.internal'), cause: { name: 'Error' } } });
});
