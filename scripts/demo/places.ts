import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
export const DATA = join(ROOT, '.data');

/** Everything that the demo keeps, all of it under .data/. `--reset` removes these and nothing else. */
export const PLACES = {
	state: join(DATA, 'demo.json'),
	console: join(DATA, 'console'),
	target: join(DATA, 'target'),
	backups: join(DATA, 'backups'),
	secrets: join(DATA, 'secrets'),
	targetsFile: join(DATA, 'targets.yaml'),
	sampleState: join(DATA, 'sample-application.json'),
	sampleLog: join(DATA, 'sample-application.log'),
	sampleStagingState: join(DATA, 'sample-application-staging.json'),
	sampleStagingLog: join(DATA, 'sample-application-staging.log'),
	mailLog: join(DATA, 'mail.log'),
	webLog: join(DATA, 'web.log'),
	buildLog: join(DATA, 'build.log'),
} as const;

/** Who runs the demo now, and what it started: not removed by `--reset`, because it is what keeps two from running at once. */
export const RUNNING = join(DATA, 'running.json');
