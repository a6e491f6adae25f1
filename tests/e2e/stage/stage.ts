import { readFileSync } from 'node:fs';

/** Where everything is that the browser tests play on; written once by the global set-up. */
export type Stage = {
	/** The console's address. */
	url: string;
	/** Everybody's password. */
	password: string;
	/** The superuser's URLs of the console's database and of each target's. */
	consoleDatabase: string;
	/** Where the server of the console's database logs. */
	consoleDatabaseLog: string;
	/** The file that defines the targets. */
	targetsFile: string;
	/** Where the console's own log is kept: a line of JSON an event, among what Next says. */
	log: string;
	/** Where the mails that it sends are shown. */
	mails: string;
	targets: Record<TargetName, { database: string; application: string }>;
};

export const TARGET_NAMES = ['ehg-production', 'ehg-production-nightly', 'ehg-reporting', 'ehg-staging'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

/** The variable that tells Playwright's workers where the stage is written down. */
export const STAGE_FILE = 'COUNTERSIGN_TEST_STAGE';

let known: Stage | null = null;

/** The stage that the global set-up made. */
export function stage(): Stage {
	const path = process.env[STAGE_FILE];
	if (!path) throw new Error('there is no stage: run the browser tests by npm test -- --only e2e');
	known ??= JSON.parse(readFileSync(path, 'utf8')) as Stage;
	return known;
}
