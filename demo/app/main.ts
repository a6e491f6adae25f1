// The sample application as a process of its own. Settings come from the environment; secrets from files.
import { readFileSync } from 'node:fs';
import { startSampleApplication } from './server.ts';

const settings = {
	database: {
		host: setting('SAMPLE_DATABASE_HOST'),
		port: Number(setting('SAMPLE_DATABASE_PORT')),
		database: setting('SAMPLE_DATABASE_NAME'),
		user: setting('SAMPLE_DATABASE_USER'),
		password: secret('SAMPLE_DATABASE_PASSWORD_FILE'),
	},
	port: Number(setting('SAMPLE_PORT')),
	token: secret('SAMPLE_TOKEN_FILE'),
	stateFile: setting('SAMPLE_STATE_FILE'),
};
const application = await startSampleApplication(settings);
console.log(`the sample application serves ${application.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, async () => {
		await application.close();
		process.exit(0);
	});
}

function setting(name: string): string {
	const value = process.env[name];
	if (value) return value;
	throw new Error(`${name} is not set`);
}

function secret(name: string): string {
	return readFileSync(setting(name), 'utf8').trim();
}
