import type { Target } from '#lib/domain/target/target.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import type { OpenRehearsal } from './open-rehearsal.ts';

const LOOK_EVERY_MS = 1_000;

/** Aborts when the copy grows beyond what a rehearsed database may have: the disk is the live database's too. Returns what stops looking. */
export function keepBudget({ id, place: target, abort }: OpenRehearsal, database: string): () => void {
	const most = target.rehearsal.maxDatabaseBytes;
	let asking = false;
	const look = async () => {
		if (asking) return;
		asking = true;
		try {
			const bytes = await sizeOf({ id, target }, database);
			if (bytes > most) abort(tooLarge(bytes, most));
		} catch (error) {
			// What cannot be measured is not kept either.
			abort(error as Error);
		} finally {
			asking = false;
		}
	};
	const timer = setInterval(() => void look(), LOOK_EVERY_MS);
	return () => clearInterval(timer);
}

function sizeOf({ id, target }: { id: string; target: Target }, database: string): Promise<number> {
	const { maintenanceDatabase } = target.connection;
	const place = {
		target,
		login: 'backup',
		database: maintenanceDatabase,
		applicationName: `countersign rehearse ${id}`,
		signal: answerWithin(),
	} as const;
	return withTarget(place, async (client) => {
		const { rows } = await client.query<{ bytes: string }>('select pg_catalog.pg_database_size($1::name) as bytes', [database]);
		if (!rows[0]) throw new Error('the server did not return the size of the copy');
		return Number(rows[0].bytes);
	});
}

function tooLarge(bytes: number, most: number): StepFailed {
	return new StepFailed({
		code: 'rehearsal_too_large',
		message: `The change lets the database grow to more than ${formatBytes(bytes)}; on this target one of up to ${formatBytes(most)} is rehearsed.`,
		instead:
			'The copies were removed. See in the report which statement wrote so much, or ask the deployer for more room (rehearsal.maxDatabaseBytes).',
	});
}
