import { LIMITS, type Manifest } from '#lib/domain/bundle/manifest.ts';
import { mayBeSet, RUN_SETTINGS } from '#lib/domain/run-settings.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { sqlstateOf } from '#lib/postgres/connection/sqlstates.ts';

/** What must be the same after every statement of the bundle. */
export type SessionState = {
	xid: string;
	lockTimeout: string;
	statementTimeout: string;
	currentUser: string;
	sessionUser: string;
	readOnly: string;
	/** The settings that only the run may set, as JSON. */
	settings: string;
};

/** A client that goes silent inside the transaction must not keep its locks for long. */
const IDLE_IN_TRANSACTION_MS = 60_000;

/** PostgreSQL's limits for the transaction, in milliseconds: the defaults, or tighter ones from the manifest. */
export function imposedLimits(
	manifest: Manifest,
): Record<'lock_timeout' | 'statement_timeout' | 'idle_in_transaction_session_timeout', number> {
	return {
		lock_timeout: manifest.timeouts.lock ?? LIMITS.lockTimeoutMs,
		statement_timeout: manifest.timeouts.statement ?? LIMITS.statementTimeoutMs,
		idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
	};
}

/** Those that a statement may have set by a name that filing did not see. Asking for a socket's would be a call of the system each. */
const WATCHED = Object.keys(RUN_SETTINGS).filter((name) => !name.startsWith('tcp_'));

/** A named statement, so that the server plans it once although it runs hundreds of times. */
const QUESTION = {
	name: 'countersign_session_state',
	text: `select pg_catalog.pg_current_xact_id_if_assigned()::text as xid, pg_catalog.current_setting('lock_timeout') as "lockTimeout",
		pg_catalog.current_setting('statement_timeout') as "statementTimeout", current_user::text as "currentUser", session_user::text as "sessionUser",
		pg_catalog.current_setting('transaction_read_only') as "readOnly",
		pg_catalog.jsonb_build_object(${WATCHED.map((name) => `'${name}', pg_catalog.current_setting('${name}', true)`).join(', ')})::text as settings`,
};

export async function readSessionState(client: TargetClient): Promise<SessionState> {
	const { rows } = await client.query<SessionState>(QUESTION);
	return rows[0] as SessionState;
}

/**
 * The session is in the same transaction, under the same limits, as the same user, as when the bundle began: else what was just run broke
 * out: the last `asked` statements.
 */
export function assertSameSession(began: SessionState, now: SessionState, asked: number): void {
	const names: Record<Exclude<keyof SessionState, 'settings'>, string> = {
		xid: 'the transaction',
		lockTimeout: 'lock_timeout',
		statementTimeout: 'statement_timeout',
		currentUser: 'the current role',
		sessionUser: 'the session user',
		readOnly: 'transaction_read_only',
	};
	const changed = (Object.keys(names) as (keyof typeof names)[]).find((key) => began[key] !== now[key]);
	if (changed) throw sessionChanged(asked, `${names[changed]} from ${began[changed]} to ${now[changed]}`);
	if (began.settings === now.settings) return;
	const before: Record<string, string | null> = JSON.parse(began.settings);
	const after: Record<string, string | null> = JSON.parse(now.settings);
	const set = WATCHED.find((name) => before[name] !== after[name] && !mayBeSet(name, after[name] ?? null));
	if (set) throw sessionChanged(asked, `${set} from ${before[set]} to ${after[set]}`);
}

/** The check is a prepared statement: if it is gone, the last statement has dropped it. */
export function droppedQuestion(error: unknown, asked: number): StepFailed | null {
	if (sqlstateOf(error) !== '26000' || !(error as Error).message.includes(QUESTION.name)) return null;
	return sessionChanged(asked, 'the session: it dropped all prepared statements, ours among them');
}

function sessionChanged(asked: number, what: string): StepFailed {
	const who = asked === 1 ? 'This statement' : `One of the ${asked} statements up to this one`;
	return new StepFailed({
		code: 'session_changed',
		message: `${who} changed ${what}.`,
		instead:
			'Rolled back: nothing was changed. A bundle must not change its transaction or its limits: remove this and file a new revision.',
	});
}
