import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs exactly the versions of package-lock.json, unless node_modules holds them already. npm writes its own list of what
 * it installed as the last thing it does, so an interrupted installation is seen as none. Throws with npm's output.
 *
 * Not `npm ci`: it refuses a lock file that leaves out optional packages of other platforms, which not every registry has.
 * `npm install --no-save` takes the same versions and changes neither file; what it left behind is checked afterwards.
 * @param {string} root
 */
export function installDependencies(root) {
	if (isInstalled(root)) return;
	const startedAt = Date.now();
	process.stdout.write('Installing dependencies (npm) … ');
	// The npm that runs this script is the one to use; a bare `npm` may not be on the PATH.
	const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
	const { status, stdout, stderr, error } = spawnSync(
		npm[0],
		[...npm.slice(1), 'install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'],
		{
			cwd: root,
			encoding: 'utf8',
		},
	);
	if (status === 0 && isInstalled(root)) {
		console.log(`done in ${Math.round((Date.now() - startedAt) / 1000)} s`);
		return;
	}
	console.log('failed');
	const said = error ? error.message : `${stdout}${stderr}`.trim() || 'npm installed other versions than package-lock.json names.';
	throw new Error(
		`${said}\n\nnpm could not install the dependencies. Check that the registry can be reached (npm ping), then run the same command again.`,
	);
}

/** @param {string} root */
function isInstalled(root) {
	const wanted = packagesOf(join(root, 'package-lock.json'));
	const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
	if (!wanted) throw new Error('package-lock.json cannot be read: this clone is not complete.');
	if (!installed) return false;
	return Object.entries(wanted).every(([path, entry]) => {
		if (path === '') return true;
		const present = installed[path];
		// What is optional is left out on other platforms.
		return present ? present.version === entry.version : entry.optional === true || entry.devOptional === true;
	});
}

/** @param {string} path */
function packagesOf(path) {
	try {
		return JSON.parse(readFileSync(path, 'utf8')).packages;
	} catch {
		return null;
	}
}
