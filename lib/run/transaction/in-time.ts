import { StepFailed } from '#lib/gates/gate.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { cancelBackend } from '#lib/postgres/sessions/activity.ts';
import type { OpenTransaction } from './open-transaction.ts';
import { imposedLimits } from './session-state.ts';

/** How much longer than statement_timeout a statement may take before it is cancelled from outside. */
const GRACE_MS = 2_000;
/** How long after that an answer must arrive, at least that the statement was cancelled. */
const SILENT_MS = 10_000;

/**
 * Waits for the answer to one statement of the transaction. A statement can change its own timeout, but not this one, which
 * cancels it from another connection. If there is still no answer, the connection is dead: the work is aborted, which closes it.
 */
export async function inTime<T>(transaction: OpenTransaction, answer: Promise<T>): Promise<T> {
	const overdueMs = imposedLimits(transaction.manifest).statement_timeout + GRACE_MS;
	const overdue = setTimeout(() => cancel(transaction), overdueMs);
	const silent = setTimeout(() => transaction.abort(noAnswer(overdueMs + SILENT_MS)), overdueMs + SILENT_MS);
	try {
		return await answer;
	} finally {
		clearTimeout(overdue);
		clearTimeout(silent);
	}
}

function cancel({ client, place, runId, tell }: OpenTransaction): void {
	const pid = (client as unknown as { processID: number }).processID;
	const other = { ...place, applicationName: `countersign watchdog ${runId}`, signal: answerWithin() };
	withTarget(other, (watchdog) => cancelBackend(watchdog, pid)).catch((error: Error) => {
		const message = `the watchdog could not cancel the statement: ${error.message}`;
		tell({ phase: 'notice', data: { severity: 'WARNING', message } });
	});
}

function noAnswer(afterMs: number): StepFailed {
	return new StepFailed({
		code: 'no_answer',
		message: `A statement was not answered within ${Math.round(afterMs / 1000)} s, although it had timed out and was cancelled.`,
		instead: 'The run stops. Check whether the connection to the target is dead or its server hangs, then execute again.',
	});
}
