import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long `enable` waits for writes that are under way before it answers; whoever called then asks for the report. */
const DRAIN_LIMIT_MS = 3_000;
const LOOK_EVERY_MS = 20;

/** A write came while the application is in maintenance mode. */
export class InMaintenance extends Error {
	constructor() {
		super('in maintenance mode: nothing is written now');
	}
}

export type Maintenance = {
	/** On, and no write is under way any more. */
	isReported(): boolean;
	enable(): Promise<void>;
	disable(): void;
	/** Every write of the application goes through here. Throws InMaintenance, and runs nothing, when the mode is on. */
	write<T>(work: () => Promise<T>): Promise<T>;
};

/** Maintenance mode, kept in a file so that it survives a restart of the application. */
export function keepMaintenance(stateFile: string): Maintenance {
	let on = existsSync(stateFile) && JSON.parse(readFileSync(stateFile, 'utf8')).maintenance === true;
	let writing = 0;

	function keep(next: boolean): void {
		on = next;
		writeFileSync(`${stateFile}.new`, JSON.stringify({ maintenance: next }), { mode: 0o600 });
		renameSync(`${stateFile}.new`, stateFile);
	}

	return {
		isReported: () => on && writing === 0,
		enable: async () => {
			keep(true);
			const deadline = Date.now() + DRAIN_LIMIT_MS;
			while (writing > 0 && Date.now() < deadline) await sleep(LOOK_EVERY_MS);
		},
		disable: () => keep(false),
		write: async (work) => {
			if (on) throw new InMaintenance();
			writing += 1;
			try {
				return await work();
			} finally {
				writing -= 1;
			}
		},
	};
}
