import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines } from '#scripts/set-up/last-lines.ts';
import { PLACES, ROOT } from './places.ts';

/** Everything that `next build` reads. */
const SOURCES = [
	'app',
	'components',
	'lib',
	'public',
	'instrumentation.ts',
	'proxy.ts',
	'next.config.js',
	'postcss.config.mjs',
	'tsconfig.json',
	'package.json',
	'package-lock.json',
];
const STAMP = join(ROOT, '.next', 'built-from.sha256');

/** Whether the console is built from the sources as they are now. */
export function isBuilt(): boolean {
	return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digestOfSources();
}

/** Runs `next build`. Throws with its last lines. An abort ends it. */
export async function buildConsole(signal: AbortSignal): Promise<void> {
	const digest = digestOfSources();
	const output = openSync(PLACES.buildLog, 'w', 0o600);
	const build = spawn(process.execPath, [join(ROOT, 'node_modules/next/dist/bin/next'), 'build'], {
		cwd: ROOT,
		env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
		stdio: ['ignore', output, output],
		signal,
	});
	closeSync(output);
	const status = await new Promise<number | null>((resolve, reject) => build.once('error', reject).once('exit', resolve));
	if (status !== 0)
		throw new Error(`next build failed. Its last lines (all of them in ${PLACES.buildLog}):\n${lastLines(PLACES.buildLog, 30)}`);
	writeFileSync(STAMP, digest);
}

function digestOfSources(): string {
	const digest = createHash('sha256');
	for (const source of SOURCES) {
		for (const path of filesOf(source))
			digest
				.update(`${path}\0`)
				.update(readFileSync(join(ROOT, path)))
				.update('\0');
	}
	return digest.digest('hex');
}

function filesOf(source: string): string[] {
	if (!existsSync(join(ROOT, source))) return [];
	if (source.includes('.')) return [source];
	return readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
		.sort();
}
