import { setTimeout as wait } from 'node:timers/promises';
import { reportsMaintenance } from '#lib/application/maintenance-mode.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { type GateContext, StepFailed } from '#lib/gates/gate.ts';
import { maintenanceOff } from '#lib/gates/maintenance-mode-on.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';

const ASK_EVERY_MS = 1_000;
/** One missing answer may be chance; the application may also be waiting for the locks of the change itself. */
const SILENT_MS = 30_000;

/**
 * Checks every second, until stopped, that the application is still in maintenance mode. When it first reports "off", or after
 * 30 s without an answer, the run is aborted: its statement is cancelled, and turning the mode on again before COMMIT hides nothing.
 * The result is written to the journal when it is stopped.
 */
export function endWithMaintenanceMode({ target, aborts }: Pick<OpenRun, 'target' | 'aborts'>, tell: GateContext['tell']): () => void {
	const { maintenance } = target;
	if (maintenance === 'none') return () => undefined;
	const stopping = new AbortController();
	const beganAt = performance.now();
	let answeredAt = beganAt;
	let answers = 0;
	let failure: StepFailed | null = null;
	const ask = async () => {
		const seen = await reportsMaintenance(maintenance).catch((error: Error) => error);
		if (stopping.signal.aborted) return;
		if (!(seen instanceof Error)) {
			answers += 1;
			answeredAt = performance.now();
		}
		if (seen === false) failure = maintenanceOff(`during the transaction, at ${instantWords(new Date().toISOString())}`);
		if (seen instanceof Error && performance.now() - answeredAt > SILENT_MS) failure = silent(seen);
		if (failure) aborts.abort(failure);
	};
	const goOn = async () => {
		while (!failure && !stopping.signal.aborted) {
			await wait(ASK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
			if (!stopping.signal.aborted) await ask();
		}
	};
	void goOn();
	return () => {
		if (stopping.signal.aborted) return;
		stopping.abort();
		if (!failure && answers === 0) return;
		const got = failure ? (failure.failure.code === 'maintenance_off' ? 'off' : 'no answer') : `on, ${countWords(answers, 'time')}`;
		const ms = Math.round(performance.now() - beganAt);
		tell({ phase: 'check', data: { name: 'Maintenance mode between BEGIN and COMMIT', passed: !failure, expected: 'on', got, ms } });
	};
}

function silent(error: Error): StepFailed {
	return new StepFailed({
		code: 'maintenance_not_reported',
		message: `During the transaction the application did not report its maintenance mode for ${SILENT_MS / 1000} s: ${error.message}.`,
		instead: 'Rolled back: nothing was changed. Make the endpoint work, then execute again.',
	});
}
