import { setTimeout as wait } from 'node:timers/promises';
import { callEndpoint, EndpointRefused } from '#lib/application/call-endpoint.ts';
import type { Manifest } from '#lib/domain/manifest.ts';
import { type GateContext, type Passed, StepFailed } from '#lib/gates/gate.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { observe } from '#lib/postgres/connection/observe.ts';
import { inRolledBackTransaction } from '#lib/postgres/connection/rolled-back-transaction.ts';
import { failureOfCheck } from './transaction/check-inside.ts';
import { compare } from './transaction/expectation.ts';
import { imposedLimits } from './transaction/session-state.ts';

/** Inconclusive is not a pass: a smoke test whose connection died is asked this often, and then it has failed. */
const ATTEMPTS = 3;
const PAUSE_MS = 1_000;
const SILENT_MS = 10_000;
const INSTEAD =
	'The change is committed and maintenance mode stays on. Decide on this page: ask the smoke tests again, or restore the backup.';

type SmokeTest = Manifest['smokeTests'][number];

/** Step 7: every smoke test on a connection of its own after COMMIT, then the application's health endpoint. What passed before an abort does not undo it. */
export async function smokeTestAgain(context: GateContext): Promise<Passed<null>> {
	const { smokeTests } = context.plan.manifest;
	for (const test of smokeTests) {
		context.signal.throwIfAborted();
		const startedAt = performance.now();
		const verdict = await conclusive(() => askOnce(context, test), { what: `Smoke test "${test.name}"`, signal: context.signal });
		context.tell({ phase: 'check', data: { name: test.name, ...verdict, role: test.role, ms: Math.round(performance.now() - startedAt) } });
		if (!verdict.passed) throw new StepFailed(failureOfCheck({ kind: 'Smoke test', ...test }, verdict, INSTEAD));
	}
	const health = await checkHealth(context);
	context.signal.throwIfAborted();
	return {
		summary: `${smokeTests.length} passed on fresh connections, ${health}`,
		evidence: { smokeTests: smokeTests.map((t) => t.name), health },
		value: null,
	};
}

/** The server cancels what takes longer than statement_timeout; one that says nothing is not waited for either. */
function askOnce({ target, runId, plan, signal: aborted }: GateContext, test: SmokeTest) {
	const as = { role: test.role, statementTimeoutMs: imposedLimits(plan.manifest).statement_timeout, access: 'read write' } as const;
	const signal = AbortSignal.any([aborted, answerWithin(as.statementTimeoutMs + SILENT_MS)]);
	return withTarget({ target, login: 'run', applicationName: `countersign smoke ${runId}`, signal }, async (client) =>
		compare(test.expect, await inRolledBackTransaction(client, as, () => observe(client, test.sql))),
	);
}

async function checkHealth({ target, tell, signal }: GateContext): Promise<string> {
	const { health } = target;
	if (health === 'none') return 'no health endpoint defined';
	const startedAt = performance.now();
	const told = { name: 'application health', expected: '2xx' };
	try {
		await conclusive(() => callEndpoint({ url: health, method: 'GET' }), { what: 'The application’s health endpoint', signal });
	} catch (error) {
		tell({
			phase: 'check',
			data: {
				...told,
				passed: false,
				got: error instanceof Error ? error.message : String(error),
				ms: Math.round(performance.now() - startedAt),
			},
		});
		// It answered, three times, that it is not well. That it does not answer says less: the line may be what is broken.
		const answered = error instanceof StepFailed && error.cause instanceof EndpointRefused ? error.cause : null;
		if (!answered) throw error;
		throw new StepFailed({
			code: 'health_check_failed',
			message: `The application’s health endpoint says that it is not well: ${answered.message}.`,
			instead: INSTEAD,
		});
	}
	tell({ phase: 'check', data: { ...told, passed: true, got: '2xx', ms: Math.round(performance.now() - startedAt) } });
	return 'application healthy';
}

/** Asks again when the question itself could not be put. */
async function conclusive<T>(ask: () => Promise<T>, { what, signal }: { what: string; signal: AbortSignal }): Promise<T> {
	let last: unknown;
	for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
		try {
			return await ask();
		} catch (error) {
			signal.throwIfAborted();
			last = error;
			if (attempt < ATTEMPTS) await wait(PAUSE_MS);
		}
	}
	const why = last instanceof Error ? last.message : String(last);
	throw new StepFailed(
		{
			code: 'smoke_test_inconclusive',
			message: `${what} gave no usable answer in ${ATTEMPTS} tries: ${why}. Inconclusive is not a pass.`,
			instead: INSTEAD,
		},
		{ cause: last },
	);
}
