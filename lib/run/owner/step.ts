import type { RecordKind } from '#lib/domain/record.ts';
import type { Failure, Step } from '#lib/domain/run.ts';
import { type GateContext, type Passed, StepFailed } from '#lib/gates/gate.ts';
import { log } from '#lib/log.ts';
import { NotConnected } from '#lib/postgres/connection/connect-failure.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { redact } from '#lib/redact.ts';
import { failpoint } from './failpoint.ts';
import { LostOwnership } from './journal.ts';
import { WorkerStopping } from './let-go.ts';
import type { OpenRun } from './open-run.ts';

/** These steps end a run that is already decided: an abort cannot stop them, only another owner can. */
const ENDING: readonly Step[] = ['maintenance mode off', 'record'];

/**
 * Runs one step: journalled and recorded before it starts and when it ends. A step that throws anything has failed;
 * the result is a StepFailed with a message for people.
 */
export async function step<T>(run: OpenRun, name: Step, work: (context: GateContext) => Promise<Passed<T>>): Promise<T> {
	const startedAt = performance.now();
	const elapsedMs = () => Math.round(performance.now() - startedAt);
	const { runId, target, plan, signal, journal } = run;
	journal.tell(name, { phase: 'started', data: {} });
	await recordStep(run, 'run.step_started', { step: name });
	failpoint(name, 'before');
	const stopped = () => signal.aborted && (signal.reason instanceof LostOwnership || !ENDING.includes(name));
	try {
		if (stopped()) throw signal.reason;
		const passed = await work({ runId, target, plan, signal, tell: (event) => journal.tell(name, event) });
		const ms = elapsedMs();
		journal.tell(name, {
			phase: 'passed',
			data: { summary: passed.summary, ms, ...(passed.evidence ? { evidence: passed.evidence } : {}) },
		});
		await recordStep(run, 'run.step_passed', { step: name, summary: passed.summary, ms, evidence: passed.evidence ?? {} });
		failpoint(name, 'after');
		return passed.value;
	} catch (thrown) {
		// An aborted step can fail in many ways; the abort is the reason.
		const error = stopped() ? signal.reason : thrown;
		if (error instanceof LostOwnership || (error instanceof WorkerStopping && run.truth.kind === 'committed')) throw error;
		if (!(error instanceof StepFailed)) log.error({ runId, step: name, error }, 'a step failed with an unexpected error');
		const failure = failureOf(error);
		journal.tell(name, { phase: 'failed', data: { failure, ms: elapsedMs() } });
		await recordStep(run, 'run.step_failed', { step: name, failure, ms: elapsedMs() });
		throw error instanceof StepFailed ? error : new StepFailed(failure, { cause: error });
	}
}

/** The message for an unexpected error. */
export function failureOf(error: unknown): Failure {
	if (error instanceof StepFailed) return error.failure;
	if (error instanceof NotConnected) return { ...error.failure, message: redact(error.failure.message) };
	return {
		code: 'unexpected',
		message: redact(error instanceof Error ? error.message : String(error)),
		instead: 'The run stopped here. The worker’s log has the full error under the id of this run.',
	};
}

/** One entry of the record about this run, after everything journalled so far is stored. */
export async function recordStep(run: OpenRun, kind: RecordKind, data: Record<string, unknown>): Promise<void> {
	await run.journal.flush();
	await appendRecord(run.store, { kind, actor: { id: null, name: 'system' }, subject: run.subject, data });
}
