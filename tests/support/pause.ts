import type { Client } from 'pg';
import type { RehearsalPart } from '#lib/domain/rehearsed/parts.ts';
import { openSession, until } from './sql.ts';
import type { TestConsole } from './test-console.ts';

export type Pause = {
	/** Resolves when the run has come there and waits. */
	reached(): Promise<void>;
	/** Lets it go on. */
	release(): Promise<void>;
};

const KEY = 4711;

type Paused = Pick<TestConsole, 'superuserUrl'>;

/** Makes a run wait at one moment: while it stores that row of its journal, which it does before it goes on at the end of a step. */
export function pauseAt(console: Paused, { step, phase, summary }: { step: string; phase: string; summary?: string }): Promise<Pause> {
	const what = `a run at "${step}", "${phase}"${summary ? `, "${summary}"` : ''}`;
	const told = summary ? ` and new.data->>'summary' = '${summary}'` : '';
	return pauseWhile(console, {
		what,
		table: 'journal_entry',
		event: 'insert',
		when: `new.step = '${step}' and new.phase = '${phase}'${told}`,
	});
}

/** Makes a run wait inside its transaction, after everything that is checked at BEGIN and before the first statement of the bundle. */
export function pauseBeforeStatements(console: Paused): Promise<Pause> {
	const when = 'old.xid is null and new.xid is not null';
	return pauseWhile(console, { what: 'a run that has begun its transaction', table: 'run', event: 'update', when });
}

/** Makes a rehearsal wait before it begins that part. */
export function pauseBeforePart(console: Paused, part: RehearsalPart): Promise<Pause> {
	const when = `new.part = '${part}' and old.part is distinct from new.part`;
	return pauseWhile(console, { what: `a rehearsal before "${part}"`, table: 'rehearsal', event: 'update', when });
}

type Moment = { what: string; table: 'journal_entry' | 'run' | 'rehearsal'; event: 'insert' | 'update'; when: string };

/** A trigger in the console's database waits for a lock that this holds: nothing in the code under test knows of it. */
async function pauseWhile(console: Paused, { what, table, event, when }: Moment): Promise<Pause> {
	const holder = await openSession(console.superuserUrl);
	const waitHere = `wait_here_in_${table}`;
	await holder.query(`select pg_advisory_lock(${KEY})`);
	const { rows: begun } = await holder.query<{ at: Date }>('select clock_timestamp() as at');
	await holder.query(`create or replace function ${waitHere}() returns trigger language plpgsql security definer as
		$$ begin perform pg_advisory_lock_shared(${KEY}); perform pg_advisory_unlock_shared(${KEY}); return new; end $$`);
	await holder.query(`create or replace trigger wait_here before ${event} on ${table} for each row
		when (${when}) execute function ${waitHere}()`);
	return {
		reached: async () => {
			await until(what, async () => {
				const { rowCount } = await holder.query(
					`select from pg_locks where locktype = 'advisory' and objid = ${KEY} and not granted
					 and database = (select oid from pg_database where datname = current_database())`,
				);
				if (!rowCount) await assertNoneEnded(holder, { what, since: begun[0]?.at });
				return rowCount;
			});
		},
		release: async () => {
			// The next run shall not wait. Dropping the trigger would wait for the run that waits here.
			await holder.query(`create or replace function ${waitHere}() returns trigger language plpgsql as $$ begin return new; end $$`);
			await holder.end();
		},
	};
}

/** A run that ended before it came there says why, instead of nothing until the limit. */
async function assertNoneEnded(holder: Client, { what, since }: { what: string; since: Date | undefined }): Promise<void> {
	const { rows } = await holder.query<{ said: string }>(
		`select format('it ended %s: %s', status, failure) as said from run where ended_at > $1 and not exists (select from run where ended_at is null) limit 1`,
		[since],
	);
	if (rows[0]) throw new Error(`not seen: ${what}; ${rows[0].said}`);
}
