import { accessSync, constants } from 'node:fs';
import { candidateVersion, canInstall, installPackages, refreshPackageLists } from './apt.ts';

/** Debian's packages. The first is Chromium without windows, which is all that tests need of it, and takes less of the processors. */
const PACKAGES = ['chromium-headless-shell', 'chromium'];

const PLACES = [
	'/usr/bin/chromium-headless-shell',
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome-stable',
	'/usr/bin/google-chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** How it is started here: without what only a person at a desk needs. Its sandbox refuses to work for root. */
export const CHROMIUM_FLAGS = [
	...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
	...['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
];

/** The path of a Chromium for the browser tests. Installs it as root on Debian; otherwise throws, saying what to install. */
export async function ensureChromium(): Promise<string> {
	const present = findChromium();
	if (present) return present;
	if (!canInstall())
		throw new Error(
			'Chromium is missing. Install it (Debian: sudo apt-get install chromium; macOS: brew install --cask chromium) and run the same command again.',
		);
	process.stdout.write('Installing Chromium (apt-get) … ');
	await refreshPackageLists();
	await installPackages([await offered()]);
	const installed = findChromium();
	// Ubuntu's package is only a pointer to a snap, which may not work in a container.
	if (!installed)
		throw new Error(
			'apt-get installed no Chromium that can be found. Install Google Chrome or Chromium by hand and run the same command again.',
		);
	console.log('done');
	return installed;
}

async function offered(): Promise<string> {
	for (const name of PACKAGES) if (await candidateVersion(name)) return name;
	throw new Error(
		`apt-get knows neither ${PACKAGES.join(' nor ')}. Install Google Chrome or Chromium by hand and run the same command again.`,
	);
}

function findChromium(): string | null {
	return PLACES.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
