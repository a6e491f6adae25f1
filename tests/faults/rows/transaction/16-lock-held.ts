import { expect } from 'vitest';
import { readRun } from '#tests/support/change.ts';
import type { Row } from '../../row.ts';
import { beginHere, expectUntouched, MAKES, openStage, runToGate, WAITS } from '../../stage.ts';

export const lockHeld: Row = {
	row: 16,
	step: 'transaction',
	fault: 'lock held by another',
	required: 'rolled back at lock_timeout; blocker shown',
	async run(world) {
		const stage = await openStage(world);
		const { place, console } = stage;
		const bundle = {
			files: { '1.sql': MAKES, '2.sql': WAITS, '3.sql': 'alter table eng.teams add column motto text' },
			manifest: { timeouts: { lock: '4s' } },
		};
		const { start, ended } = beginHere(stage);
		const gate = await runToGate(stage, start, bundle);
		const session = await place.session();
		world.atEnd(() => session.end());
		await session.query('begin; lock table eng.teams in access share mode');
		const holder = (await session.query('select pg_backend_pid() as pid')).rows[0].pid;
		await gate.open();
		await ended();
		const run = await readRun(console, gate.runId);
		expect(run.failure).toMatchObject({ code: 'sql_error', sqlstate: '55P03', file: '3.sql', line: 1 });
		await expectUntouched(stage, run);
		const shown = await console.sql(
			`select seq from journal_entry, jsonb_array_elements(data->'waiting'->'tree') as waits
			  where run_id = $1 and phase = 'sample' and waits->'blockedBy' @> to_jsonb($2::int)`,
			[run.runId, holder],
		);
		expect(shown.length, `samples that name the blocker, pid ${holder}`).toBeGreaterThan(0);
		return `55P03 at lock_timeout; rolled back; ${shown.length} samples show who it waited for`;
	},
};
