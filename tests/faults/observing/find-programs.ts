import { readdirSync, readFileSync } from 'node:fs';

/** The processes of this machine that run that program for a run: its id, or the beginning of it, is in their arguments or environment. */
export function findPrograms(program: 'pg_dump' | 'pg_restore', runId: string): number[] {
	const marks = [runId, runId.slice(0, 8), runId.replaceAll('-', '').slice(0, 12)];
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => {
			try {
				const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
				return new RegExp(`(^|/)${program}\\0`).test(command) && marks.some((mark) => command.includes(mark));
			} catch {
				return false; // It ended while we looked.
			}
		});
}

/** Of the processes of one program: the one that has forked the others. By number it is not to be told, numbers come round again. */
export function leaderOf(pids: number[]): number | undefined {
	return pids.find((pid) => !pids.includes(parentOf(pid)));
}

function parentOf(pid: number): number {
	// The name, in parentheses, may hold anything; the state and the parent follow it.
	const [, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
		.replace(/^.*\) /s, '')
		.split(' ');
	return Number(parent);
}
