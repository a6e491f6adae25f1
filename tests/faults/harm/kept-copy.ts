import { expect } from 'vitest';
import { approvedChange, execute, expectOk, readRun, runToEnd } from '#tests/support/change.ts';
import type { Cluster } from '#tests/support/cluster.ts';
import { type Look, lookAt } from '#tests/support/nothing-changed.ts';
import { openSession, query } from '#tests/support/sql.ts';
import { beginHere, openStage, type Stage } from '../stage.ts';
import type { World } from '../world.ts';
import { confirmBoth } from './commit-then-fail.ts';

/** A committed run that waits for its restore, and has a database beside the live one for it. */
export type Kept = { stage: Stage; runId: string; before: Look };

const SIX_HUNDRED = `create table eng.six_hundred (id serial primary key, word text);
	insert into eng.six_hundred (word) select 'word ' || n from generate_series(1, 600) n;
	alter table eng.six_hundred owner to ehg_owner;
	create trigger words before update on eng.six_hundred for each row execute function suppress_redundant_updates_trigger()`;
/** Passes while the transaction is open, and fails after COMMIT. */
const ONLY_INSIDE = {
	name: 'Only inside',
	role: 'ehg_app',
	sql: `select current_setting('application_name') like 'countersign run %'`,
	expect: { value: true },
};

/** `copy`: which database is kept, the one that the way back was tried in, or a standby copy. */
export async function commitBesideACopy(world: World, copy: 'tried' | 'standby', target?: Cluster): Promise<Kept> {
	const standbyCopy = { maxDatabaseBytes: 1024 ** 3 };
	const stage = await openStage(world, {
		define: (d) => Object.assign(d, { wayBack: 'scratch_restore', standbyCopy }),
		...(target ? { target } : {}),
	});
	await stage.place.sql(SIX_HUNDRED);
	const before = await lookAt(stage.place);
	const change = await approvedChange(stage.setting, {
		files: { '1.sql': 'drop table eng.six_hundred' },
		manifest: { smokeTests: [ONLY_INSIDE], standbyCopy: copy === 'standby' },
	});
	const { runId } = expectOk(await execute(stage.setting, change));
	const { start, ended } = beginHere(stage);
	await start(runId);
	await ended();
	const run = await readRun(stage.console, runId);
	expect(run, run.failure?.message).toMatchObject({ status: 'awaiting_restore', truth: { kind: 'committed' } });
	return { stage, runId, before };
}

/** Opens the kept database as whoever may, does something there, and closes it again as it was. */
export async function openedBySomebody({ place }: Stage, database: string, statements: string[]): Promise<void> {
	const maintenance = place.urlOf('postgres');
	await query(maintenance, `alter database "${database}" with allow_connections true`);
	const session = await openSession(place.urlOf(database));
	for (const sql of statements) await session.query(sql);
	await session.end();
	await query(maintenance, `alter database "${database}" with allow_connections false`);
}

/** Two people confirm, and the backup goes back. */
export async function restoreIt({ stage, runId }: Kept): Promise<void> {
	await confirmBoth(stage, { runId });
	const run = await runToEnd(stage.setting, runId);
	expect(run, run.failure?.message).toMatchObject({ status: 'restored' });
}
