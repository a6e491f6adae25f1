import { LIMITS } from '#lib/domain/bundle/manifest.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { describeSqlError } from '#lib/postgres/connection/describe-sql-error.ts';
import { quoteQualifiedName } from '#lib/postgres/connection/quote.ts';
import { inRolledBackTransaction } from '#lib/postgres/connection/rolled-back-transaction.ts';
import { sendStatement } from '#lib/postgres/connection/send-statement.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';

type TrialQuery = { name: string; role: string; sql: string };

/** Gate 3: every view and query of the manifest's trial compiles and runs as the restricted role, in a READ ONLY transaction. */
export async function checkTrial({ target, runId, plan, tell, signal }: GateContext): Promise<Passed<null>> {
	const queries = trialQueries(plan.manifest.trial);
	if (queries.length === 0) return { summary: 'the manifest names no trial queries', value: null };
	await withTarget({ target, login: 'run', applicationName: `countersign trial ${runId}`, signal, cutsLong: true }, (client) =>
		tryQueries(client, { plan, tell }),
	);
	const roles = [...new Set(queries.map((query) => query.role))].join(', ');
	return {
		summary: `${countWords(queries.length, 'query', 'queries')} as ${roles}`,
		evidence: { queries: queries.map((q) => q.name) },
		value: null,
	};
}

/** The same on a connection of the run's login, wherever it is: on the target, or on a copy of it. */
export async function tryQueries(client: TargetClient, { plan, tell }: Pick<GateContext, 'plan' | 'tell'>): Promise<void> {
	for (const query of trialQueries(plan.manifest.trial)) {
		const startedAt = performance.now();
		await tryQuery(client, query, plan.manifest.timeouts.trial ?? LIMITS.trialTimeoutMs);
		const ms = Math.round(performance.now() - startedAt);
		tell({ phase: 'check', data: { name: query.name, passed: true, expected: 'runs', got: 'runs', role: query.role, ms } });
	}
}

function trialQueries(trial: GateContext['plan']['manifest']['trial']): TrialQuery[] {
	return trial.flatMap((entry) =>
		'views' in entry
			? entry.views.map((view) => ({ name: view, role: entry.role, sql: `select * from ${quoteQualifiedName(view)} limit 0` }))
			: [{ name: entry.name, role: entry.role, sql: entry.sql }],
	);
}

async function tryQuery(client: TargetClient, query: TrialQuery, timeoutMs: number): Promise<void> {
	try {
		await inRolledBackTransaction(client, { role: query.role, statementTimeoutMs: timeoutMs, access: 'read only' }, () =>
			sendStatement(client, query.sql),
		);
	} catch (error) {
		throw new StepFailed(
			{
				...describeSqlError(error, { sql: query.sql }),
				code: 'trial_failed',
				message: `The trial of ${query.name} as ${query.role} failed: ${error instanceof Error ? error.message : String(error)}`,
				instead: 'Nothing was changed. Correct the view, the grant or the manifest in a new revision.',
			},
			{ cause: error },
		);
	}
}
