import { fromPrisma, PgBoss } from 'pg-boss';
import { log } from '#lib/log.ts';
import type { StoreTransaction } from './client.ts';

/** Puts "go and look at run N" into the queue, in the caller's transaction. What has happened is never read from the queue. */
export type EnqueueRun = (tx: StoreTransaction, runId: string) => Promise<void>;

export const RUN_QUEUE = 'run';
export const MINUTE_QUEUE = 'every-minute';

/** A job is done as soon as a worker knows of the run; the run's own row says that its owner is alive. A run is never retried. */
const RUN_JOB = { retryLimit: 0 } as const;

/** Opens the queue in the console's database, in the schema that the migration made for it. */
export async function openQueue(databaseUrl: string): Promise<PgBoss> {
	const boss = new PgBoss({
		connectionString: databaseUrl,
		schema: 'pgboss',
		createSchema: false,
		max: 4,
		useListenNotify: true,
		application_name: 'countersign queue',
	});
	boss.on('error', (error) => log.error({ error }, 'the queue reported an error'));
	await boss.start();
	// A worker is notified of a run at once; it also polls, in case it missed a notification.
	await boss.createQueue(RUN_QUEUE, { policy: 'standard', retryLimit: 0, notify: true });
	await boss.createQueue(MINUTE_QUEUE, { policy: 'singleton', retryLimit: 0 });
	return boss;
}

/** The job is a row of the same transaction as the claim: both are there, or neither. */
export function enqueueWith(boss: PgBoss): EnqueueRun {
	return async (tx, runId) => {
		const job = await boss.send(RUN_QUEUE, { runId }, { ...RUN_JOB, db: fromPrisma(tx) });
		if (!job) throw new Error('the queue did not accept the job');
	};
}
