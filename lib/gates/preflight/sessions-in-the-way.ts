import type { PreflightItem } from '#lib/domain/preflight.ts';
import { durationWords } from '#lib/domain/wording/duration-words.ts';
import type { HeldLock, OpenSession } from '#lib/postgres/sessions/read-obstacles.ts';
import type { LockLevel } from '#lib/sql/plan/act.ts';
import type { NeededLock } from '#lib/sql/plan/touched.ts';
import { itemOf, type Weighed } from './item-of.ts';

type Asked = {
	sessions: OpenSession[];
	locks: NeededLock[];
	/** From this age on a transaction blocks a run, ms. */
	longTransactionMs: number;
	lockTimeoutMs: number;
};

/** A transaction that is not old yet is told from this age on, ms: an application's own end sooner. */
const TOLD_FROM_MS = 10_000;

/** Modes of others that a lock of this level waits for (PostgreSQL's manual, "Explicit Locking"). Null: all. */
const WAITS_FOR: Record<LockLevel, readonly string[] | null> = {
	exclusive: null,
	noWrites: ['RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'],
	rows: ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'],
	light: ['AccessExclusiveLock'],
};

/** Sessions and transactions of others that a run would wait for, or that would end it. */
export function sessionsInTheWay(asked: Asked): PreflightItem[] {
	const of = (kind: OpenSession['kind']) => asked.sessions.filter((session) => session.kind === kind);
	const isOld = ({ ageMs }: OpenSession) => ageMs >= Math.min(TOLD_FROM_MS, asked.longTransactionMs);
	return [
		itemOf(
			'transactions',
			of('session')
				.filter(isOld)
				.map((one) => transaction(one, asked)),
			'none of others is old or idle',
		),
		itemOf(
			'prepared transactions',
			of('prepared').map((one) => prepared(one, asked)),
			'none in this database',
		),
		itemOf('dumps', of('dump').map(dump), 'no pg_dump is running'),
		itemOf(
			'autovacuum',
			of('autovacuum').map((one) => vacuum(one, asked)),
			'none to prevent wraparound is running',
		),
	];
}

function transaction(session: OpenSession, asked: Asked): Weighed {
	const { pid, idleMs, ageMs, hasWritten, query } = session;
	const does =
		idleMs === null
			? `has a transaction open for ${durationWords(ageMs)}${query ? `: ${query}` : ''}`
			: `is idle in transaction for ${durationWords(idleMs)}`;
	const wait = waitOf(session, asked);
	const stops = 'if it is still open at quiescence, the run stops there with nothing changed.';
	return {
		state: 'warns',
		what: `Session ${pid} of ${whoIs(session)} ${does}${wait ? `; it holds ${wait.held}` : ''}.`,
		effect:
			wait?.effect ??
			(hasWritten
				? `What it has written is in no backup and can still be committed: ${stops}`
				: `${stops[0]?.toUpperCase()}${stops.slice(1)}`),
		remedy: `Ask its people to end it, or end it: select pg_terminate_backend(${pid});`,
	};
}

/** No session is there that could end by itself, and no restore brings it back: the claim refuses it, however young. */
function prepared(session: OpenSession, asked: Asked): Weighed {
	const name = `'${session.application.replaceAll("'", "''")}'`;
	const wait = waitOf(session, asked);
	return {
		state: 'blocks',
		what: `Prepared transaction ${name} of ${session.user} is ${durationWords(session.ageMs)} old${wait ? `; it holds ${wait.held}` : ''}.`,
		effect: 'It is in no backup, and what it holds can still be committed after one: no run is begun while it is there.',
		remedy: `Whoever prepared it decides: commit prepared ${name}; or rollback prepared ${name};`,
	};
}

function dump(session: OpenSession): Weighed {
	return {
		state: 'warns',
		what: `pg_dump of ${session.user} (session ${session.pid}) has been running for ${durationWords(session.ageMs)}.`,
		effect: 'It holds a lock on every table: if it still runs at quiescence, the run stops there with nothing changed.',
		remedy: `Wait until it has ended, or end it: select pg_terminate_backend(${session.pid}); what it has written is then no backup.`,
	};
}

function vacuum(session: OpenSession, asked: Asked): Weighed {
	const table = /VACUUM (?:ANALYZE )?(.+) \(to prevent wraparound\)/.exec(session.query)?.[1] ?? 'a table';
	const done = session.donePercent === null ? '' : `, ${session.donePercent} % of it read`;
	const wait = waitOf(session, asked);
	return {
		state: 'warns',
		what: `Autovacuum to prevent wraparound (session ${session.pid}) is at work on ${table}${done}.`,
		effect: wait
			? `It does not give way to anybody. ${wait.effect}`
			: 'It does not give way to anybody, and slows the backup; this change needs no lock that it holds.',
		remedy: 'Wait until it has ended: pg_stat_progress_vacuum shows how far it is. If you end it, it begins again at once.',
	};
}

/** Which lock of a session a statement would wait for; null when none, as far as the SQL tells. */
function waitOf({ locks }: OpenSession, { locks: needed, lockTimeoutMs }: Asked): { held: string; effect: string } | null {
	for (const need of needed) {
		const lock = locks.find((held) => held.asked === need.relation && isWaitedFor(held, need));
		if (!lock) continue;
		const { statement, file, line } = need.at;
		return {
			held: `${lock.mode} on ${need.relation}, which statement ${statement} (${file}:${line}) needs`,
			effect: `Statement ${statement} waits for it: if it is still held after ${durationWords(lockTimeoutMs)} (lock_timeout), the run is rolled back.`,
		};
	}
	return null;
}

function isWaitedFor({ mode }: HeldLock, { level }: NeededLock): boolean {
	return WAITS_FOR[level]?.includes(mode) ?? true;
}

function whoIs({ user, application }: OpenSession): string {
	return application ? `${user} (${application})` : user;
}
