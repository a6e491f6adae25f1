import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** As npm runs it, with an environment of its own. */
function command(script: string, ...args: string[]) {
	const bootstrap = join(ROOT, 'scripts/set-up/bootstrap.mjs');
	const { status, stdout, stderr } = spawnSync(process.execPath, [bootstrap, `scripts/${script}/main.ts`, ...args], {
		cwd: ROOT,
		encoding: 'utf8',
		env: { PATH: process.env.PATH, NODE_ENV: 'production', HOME: process.env.HOME },
	});
	return { status, stdout, stderr };
}

test.each([
	['an option that it does not have', ['walkthrough', '--bundel', 'db'], /Unknown option '--bundel'/, 1],
	['a folder that is not there', ['walkthrough', '--bundle', '/no/such/folder'], /The folder \/no\/such\/folder does not exist\.$/m, 2],
	['a number that is none', ['test-faults', '--repeat', 'often'], /^--repeat takes a whole number from 1$/m, 1],
	['an environment that is not complete', ['worker'], /COUNTERSIGN_DATABASE_URL is not set/, 1],
] as [string, [string, ...string[]], RegExp, number][])(
	'a command says in words what it cannot do: %s',
	(_what, [script, ...args], words, expected) => {
		const { status, stdout, stderr } = command(script, ...args);
		expect(status).toBe(expected);
		expect(stdout + stderr).toMatch(words);
		expect(stderr).not.toMatch(/^\s+at /m);
	},
);
