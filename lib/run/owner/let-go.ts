import { StepFailed } from '#lib/gates/gate.ts';
import { LostOwnership } from './journal.ts';

/** This worker is stopping, for example for a deploy. It says nothing about the run. */
export class WorkerStopping extends StepFailed {
	constructor() {
		super({
			code: 'worker_stopping',
			message: 'The worker is stopping.',
			instead: 'Anything not committed is rolled back. Execute again: a new run takes a new backup.',
		});
		this.name = 'WorkerStopping';
	}
}

/**
 * Throws when this owner must not decide: the run belongs to another worker, or this worker is stopping. It releases the run unchanged, and
 * the next owner continues. Before COMMIT a worker that is stopping still rolls back.
 */
export function letGoOn(error: unknown): void {
	if (mustLetGo(error)) throw error;
}

export function mustLetGo(error: unknown): error is LostOwnership | WorkerStopping {
	return error instanceof LostOwnership || error instanceof WorkerStopping;
}
