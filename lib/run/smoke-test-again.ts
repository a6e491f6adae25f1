import { setTimeout as wait } from 'node:timers/promises';
import { callEndpoint, EndpointRefused } from '#lib/application/call-endpoint.ts';
import { HEALTH_CHECK } from '#lib/change/price-keep.ts';
import type { Manifest } from '#lib/domain/bundle/manifest.ts';
import type { Failure } from '#lib/domain/run.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import { type GateContext, type Passed, StepFailed } from '#lib/gates/gate.ts';
import { answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { observe } from '#lib/postgres/connection/observe.ts';
import { inRolledBackTransaction } from '#lib/postgres/connection/rolled-back-transaction.ts';
import { failureOfCheck } from './transaction/check-inside.ts';
import { compare } from './transaction/expectation.ts';
import { imposedLimits } from './transaction/session-state.ts';

/** Inconclusive is not a pass: a smoke test whose connection died is tried this often, and then it has failed. */
const ATTEMPTS = 3;
const PAUSE_MS = 1_000;
const SILENT_MS = 10_000;
const INSTEAD =
	'The change is committed and maintenance mode stays on. Decide on this page: run the smoke tests again, or restore the backup.';

type SmokeTest = Manifest['smokeTests'][number];

/**
 * Step 7: every smoke test on a connection of its own after COMMIT, then the application's health endpoint. One that fails keeps no other
 * from being asked: people decide about all that fails. One without an answer ends it. An abort stands even if the tests passed before it.
 */
export async function smokeTestAgain(context: GateContext): Promise<Passed<null>> {
	const { smokeTests } = context.plan.manifest;
	const failed: { name: string; failure: Failure }[] = [];
	for (const test of smokeTests) {
		const verdict = await ask(context, test).catch((error: unknown) => {
			context.signal.throwIfAborted();
			// That a check has failed is known, whatever keeps the others from being asked.
			if (failed.length === 0) throw error;
			return null;
		});
		if (verdict === null) break;
		if (!verdict.passed) failed.push({ name: test.name, failure: failureOfCheck({ kind: 'Smoke test', ...test }, verdict, INSTEAD) });
	}
	if (failed.length > 0) throw new StepFailed(failureOfAll(failed, smokeTests.length));
	const health = await checkHealth(context);
	context.signal.throwIfAborted();
	const tests = smokeTests.length === 0 ? 'no smoke test was named' : `${smokeTests.length} passed on fresh connections`;
	return {
		summary: `${tests}, ${health}`,
		evidence: { smokeTests: smokeTests.map((t) => t.name), health },
		value: null,
	};
}

async function ask(context: GateContext, test: SmokeTest) {
	context.signal.throwIfAborted();
	const startedAt = performance.now();
	const verdict = await conclusive(() => askOnce(context, test), { what: `Smoke test "${test.name}"`, signal: context.signal });
	context.tell({ phase: 'check', data: { name: test.name, ...verdict, role: test.role, ms: Math.round(performance.now() - startedAt) } });
	return verdict;
}

/** The first one's failure, and beside it how many more there are. */
function failureOfAll(failed: { name: string; failure: Failure }[], total: number): Failure {
	const { failure } = failed[0] as (typeof failed)[number];
	if (failed.length === 1) return failure;
	const names = failed.map(({ name }) => name).join(', ');
	return { ...failure, message: `${sentence(failure.message)} ${failed.length} of ${total} smoke tests fail: ${names}.` };
}

/** The server cancels what exceeds statement_timeout; a server that does not answer is not waited for either. */
function askOnce({ target, runId, plan, signal: aborted }: GateContext, test: SmokeTest) {
	const signal = AbortSignal.any([aborted, answerWithin(imposedLimits(plan.manifest).statement_timeout + SILENT_MS)]);
	return withTarget({ target, login: 'run', applicationName: `countersign smoke ${runId}`, signal, cutsLong: true }, (client) =>
		askOn(client, { manifest: plan.manifest, test }),
	);
}

/** Asks one smoke test on a connection of the run's login, in a transaction that is rolled back. */
export async function askOn(client: TargetClient, { manifest, test }: { manifest: Manifest; test: SmokeTest }) {
	const as = { role: test.role, statementTimeoutMs: imposedLimits(manifest).statement_timeout, access: 'read write' } as const;
	return compare(test.expect, await inRolledBackTransaction(client, as, () => observe(client, test.sql)));
}

async function checkHealth({ target, tell, signal }: GateContext): Promise<string> {
	const { health } = target;
	if (health === 'none') return 'no health endpoint defined';
	const startedAt = performance.now();
	const told = { name: HEALTH_CHECK, expected: '2xx' };
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
		// It reported a problem three times. No answer says less: the connection may be broken.
		const answered = error instanceof StepFailed && error.cause instanceof EndpointRefused ? error.cause : null;
		if (!answered) throw error;
		throw new StepFailed({
			code: 'health_check_failed',
			message: `The application’s health endpoint reports a problem: ${answered.message}.`,
			instead: INSTEAD,
		});
	}
	tell({ phase: 'check', data: { ...told, passed: true, got: '2xx', ms: Math.round(performance.now() - startedAt) } });
	return 'application healthy';
}

/** Tries again when the check itself could not run. */
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
			message: `${what} gave no usable answer in ${ATTEMPTS} attempts: ${why}. This does not count as passed.`,
			instead: INSTEAD,
		},
		{ cause: last },
	);
}
