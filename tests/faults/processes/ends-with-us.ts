import type { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();

process.once('exit', () => {
	for (const child of children) child.kill('SIGKILL');
});

/** A process that is started for a test does not outlive it, however the test is ended: a worker would go on looking for runs. */
export function endsWithUs<T extends ChildProcess>(child: T): T {
	children.add(child);
	child.once('exit', () => children.delete(child));
	return child;
}
