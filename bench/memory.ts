import { readFileSync, readlinkSync } from 'node:fs';

/** The most memory that a process held since it began (Linux's VmHWM), in megabytes of 2^20 bytes; with that of its Node children, if any. */
export function peakMemoryMb(pid: number): number {
	const peakKb = nodeFamily(pid).reduce((sum, member) => sum + highWaterMarkKb(member), 0);
	return Math.round(peakKb / 1024);
}

/** The process and those that it started with its own program: pg_dump and its like are PostgreSQL's, and come and go. */
function nodeFamily(pid: number): number[] {
	const program = programOf(pid);
	const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
	return [pid, ...children.filter((child) => programOf(child) === program).flatMap(nodeFamily)];
}

function programOf(pid: number): string {
	return readlinkSync(`/proc/${pid}/exe`);
}

function highWaterMarkKb(pid: number): number {
	const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
	if (!found) throw new Error(`/proc/${pid}/status does not tell the peak memory`);
	return Number(found[1]);
}
