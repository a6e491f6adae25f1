import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { endProcess, identify, isRunning, type ProcessIdentity } from '#scripts/set-up/processes.ts';
import { DATA, RUNNING } from './places.ts';
import { writePrivately } from './write-privately.ts';

type Running = { demo: ProcessIdentity; children: ProcessIdentity[] };

/** How long a process of an earlier run that was killed may take to end. */
const END_LIMIT_MS = 10_000;

export type Claim = {
	/** Remembers a process, so that a later start can end it if this one is killed before it can. */
	remember(pid: number): void;
	release(): void;
};

/** Makes .data/ this process's. Throws when the demo runs already; ends what a killed one left running. */
export async function claimDemo(): Promise<Claim> {
	// Others may pass through (the server's account must) but not list.
	mkdirSync(DATA, { recursive: true, mode: 0o711 });
	if (statSync(DATA).uid !== process.getuid?.())
		throw new Error(`${DATA} belongs to another user. Run the demo as that user, or remove the folder.`);
	await endEarlierRun();
	const demo = identify(process.pid);
	if (!demo) throw new Error('this process cannot find itself in the process table');
	const running: Running = { demo, children: [] };
	const write = () => writePrivately(RUNNING, JSON.stringify(running));
	write();
	return {
		remember: (pid) => {
			const child = identify(pid);
			if (child) running.children.push(child);
			write();
		},
		release: () => rmSync(RUNNING, { force: true }),
	};
}

async function endEarlierRun(): Promise<void> {
	if (!existsSync(RUNNING)) return;
	const { demo, children } = JSON.parse(readFileSync(RUNNING, 'utf8')) as Running;
	if (isRunning(demo))
		throw new Error(`The demo is running already, as process ${demo.pid}. Stop it first: Ctrl-C where it runs, or kill ${demo.pid}.`);
	for (const child of children) await endProcess(child, { first: 'SIGTERM', last: 'SIGKILL', limitMs: END_LIMIT_MS });
}
