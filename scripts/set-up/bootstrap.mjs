// What every npm script goes through: `node scripts/set-up/bootstrap.mjs scripts/SOMETHING/main.ts ARGUMENTS`.
// Makes a fresh clone ready and runs the script with the pinned Node. Plain JavaScript for any Node from 18 on,
// because the host's own may be too old to run TypeScript, and nothing is installed yet.
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { generateClient } from './generate-client.mjs';
import { installDependencies } from './install-dependencies.mjs';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SAY_ERROR = pathToFileURL(join(ROOT, 'scripts', 'set-up', 'say-error.ts')).href;
/** From here on Node runs TypeScript by stripping its types (package.json, engines). */
const NEEDED = { major: 22, minor: 18 };
const PARENT_LOOK_MS = 500;
/** Node keeps what it has compiled here, types stripped: a process that starts again starts in a third of the time. */
const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'compile');

/** @param {string} command */
function nodeVersion(command) {
	const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
	const [, major, minor] = (status === 0 && /^v(\d+)\.(\d+)\./.exec(stdout)) || [];
	return major ? { major: Number(major), minor: Number(minor) } : null;
}

/** The pinned Node where the registry has one for this platform, else the host's own if it is new enough. */
function findNode() {
	const candidates = [join(ROOT, 'node_modules', '.bin', 'node'), process.execPath];
	const found = candidates.find((command) => {
		const version = nodeVersion(command);
		return version && (version.major > NEEDED.major || (version.major === NEEDED.major && version.minor >= NEEDED.minor));
	});
	if (found) return found;
	throw new Error(
		`there is no Node.js ${NEEDED.major}.${NEEDED.minor} or newer for ${process.platform}-${process.arch}, and this is ${process.version}.\n` +
			'Install Node.js 24 from https://nodejs.org and run the same command again.',
	);
}

/** Runs the script in this one's place: its output, its exit status, the signals sent to it. */
function become(node, args) {
	const child = spawn(node, args, { cwd: ROOT, stdio: 'inherit', env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env } });
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
	if (process.env.npm_lifecycle_event) endWithParent(child);
	child.on('error', fail);
	child.on('exit', (status, signal) => {
		if (!signal) process.exit(status ?? 1);
		process.removeAllListeners(signal);
		process.kill(process.pid, signal);
	});
}

/** npm passes a signal on to its shell only, and the shell ends without telling us: then our parent is another. */
function endWithParent(child) {
	const parent = process.ppid;
	const look = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(look);
		child.kill('SIGTERM');
	}, PARENT_LOOK_MS);
	look.unref();
}

function fail(error) {
	console.error(`\n${error.message}`);
	process.exit(1);
}

const [script, ...args] = process.argv.slice(2);
if (!script) fail(new Error('which script? node scripts/set-up/bootstrap.mjs SCRIPT [ARGUMENTS]'));
try {
	installDependencies(ROOT);
	const node = findNode();
	generateClient(ROOT, node);
	become(node, ['--import', SAY_ERROR, script, ...args]);
} catch (error) {
	fail(error);
}
