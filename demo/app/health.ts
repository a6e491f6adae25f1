import { setTimeout as sleep } from 'node:timers/promises';
import type { Misbehaviour } from './misbehaviour.ts';
import type { Service } from './service.ts';

/** Above the 5 s in which the console wants an answer. */
const SLOW_MS = 6_000;

export type Health = { status: 'ok' | 'failing'; database: 'ok' | 'failing'; reason?: string };

/** Whether the application can do its work now: its service runs and the database answers. */
export async function readHealth(app: Service, misbehaviour: Misbehaviour): Promise<Health> {
	if (misbehaviour === 'slow') await sleep(SLOW_MS);
	try {
		const { rows } = await app.query<{ second_edition: boolean }>(
			`SELECT to_regclass('eng.strategic_directives_v2') IS NOT NULL AS second_edition FROM views.eng_governance_summary LIMIT 1`,
		);
		const red = misbehaviour === 'health-red' || (misbehaviour === 'health-red-after-change' && rows[0]?.second_edition);
		return red ? { status: 'failing', database: 'ok', reason: 'the governance page does not render' } : { status: 'ok', database: 'ok' };
	} catch (error) {
		return { status: 'failing', database: 'failing', reason: error instanceof Error ? error.message : String(error) };
	}
}
