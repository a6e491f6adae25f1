import { readFileSync } from 'node:fs';

/** Linux counts a process's processor time in hundredths of a second: many looks are measured together. */
const TICK_MS = 10;
/** Fields of /proc/PID/stat, counted from the one after the name: its own user and system time, and that of its children that have ended. */
const OWN = [11, 12];
const OF_CHILDREN = [13, 14];

/** Of this process so far, in ms. */
export function ownTimeMs(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}

/** Of the programs that this process has started and that have ended, with those that they started. In ms. */
export function endedProgramsTimeMs(): number {
	return timeMs(process.pid, OF_CHILDREN);
}

/** Of a process; `withEnded`: and of its children that have ended. In ms. */
export function processTimeMs(pid: number, { withEnded = false } = {}): number {
	return timeMs(pid, withEnded ? [...OWN, ...OF_CHILDREN] : OWN);
}

function timeMs(pid: number, fields: number[]): number {
	const [, afterName = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
	const values = afterName.split(' ').map(Number);
	return fields.reduce((sum, field) => sum + (values[field] ?? Number.NaN), 0) * TICK_MS;
}
