import { openSession, until } from './sql.ts';
import type { TestConsole } from './test-console.ts';

export type Pause = {
	/** Resolves when the run has come there and waits. */
	reached(): Promise<void>;
	/** Lets it go on. */
	release(): Promise<void>;
};

const KEY = 4711;

/**
 * Makes a run wait at one moment: while it stores that row of its journal, which it does before it goes on at the end of a step.
 * A trigger in the console's database waits for a lock that this holds: nothing in the code under test knows of it.
 */
export async function pauseAt(
	console: Pick<TestConsole, 'superuserUrl'>,
	{ step, phase }: { step: string; phase: string },
): Promise<Pause> {
	const holder = await openSession(console.superuserUrl);
	await holder.query(`select pg_advisory_lock(${KEY})`);
	await holder.query(`create or replace function wait_here() returns trigger language plpgsql security definer as
		$$ begin perform pg_advisory_lock_shared(${KEY}); perform pg_advisory_unlock_shared(${KEY}); return new; end $$`);
	await holder.query(`create or replace trigger wait_here before insert on journal_entry for each row
		when (new.step = '${step}' and new.phase = '${phase}') execute function wait_here()`);
	return {
		reached: async () => {
			await until(`a run at "${step}", "${phase}"`, async () => {
				const { rowCount } = await holder.query(
					`select from pg_locks where locktype = 'advisory' and objid = ${KEY} and not granted
					 and database = (select oid from pg_database where datname = current_database())`,
				);
				return rowCount;
			});
		},
		release: async () => {
			// The next run shall not wait. Dropping the trigger would wait for the run that waits here.
			await holder.query(`create or replace function wait_here() returns trigger language plpgsql as $$ begin return new; end $$`);
			await holder.end();
		},
	};
}
