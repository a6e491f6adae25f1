import { StepFailed } from '#lib/gates/gate.ts';
import { LostOwnership } from './journal.ts';

/** This worker was told to stop, for a deploy perhaps. It says nothing about the run. */
export class WorkerStopping extends StepFailed {
	constructor() {
		super({
			code: 'worker_stopping',
			message: 'The worker was told to stop.',
			instead: 'What was not committed is rolled back. Execute again: a new run takes a new backup.',
		});
		this.name = 'WorkerStopping';
	}
}

/**
 * Throws on what an owner cannot decide about: the run is somebody else's, or this worker stops. It lets go of the run as it stands, and
 * whoever has it next goes on. Before COMMIT a worker that stops still rolls back.
 */
export function letGoOn(error: unknown): void {
	if (mustLetGo(error)) throw error;
}

export function mustLetGo(error: unknown): error is LostOwnership | WorkerStopping {
	return error instanceof LostOwnership || error instanceof WorkerStopping;
}
