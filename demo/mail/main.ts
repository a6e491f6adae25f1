// The mail catcher as a process of its own: takes every mail on one port, shows them on another.
import { startMailCatcher } from './catcher.ts';

const catcher = await startMailCatcher({ smtpPort: Number(process.env.CATCHER_SMTP_PORT), port: Number(process.env.CATCHER_PORT) });
console.log(`mails sent to ${catcher.smtpUrl} are shown at ${catcher.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, async () => {
		await catcher.close();
		process.exit(0);
	});
}
