// A web process as far as its worker goes: what Next does on SIGTERM is there first, and ends the process at once.
import { startConsole } from '#lib/worker/web-queue.ts';

process.on('SIGTERM', () => {
	console.log('The pages are closed.');
	process.exit(143);
});
await startConsole();
console.log('The web process is up.');
