import type { Target } from '#lib/domain/target/target.ts';
import type { NotMeasured, Sample } from '#lib/domain/watching/sample.ts';
import { APPLICATION_PREFIX, closeTarget, connectTarget, type TargetClient } from '#lib/postgres/connection/connect.ts';
import { type CpuTicks, cpuBetween, findCpuExpression, parseCpuLine } from './host-cpu.ts';
import { type Counters, makeCounters } from './sample-counters.ts';
import { type SampleRow, sampleSql, type WaitingRow } from './sample-sql.ts';
import { openTargetReader, type TargetReader } from './target-reader.ts';
import { describeWaiting } from './waiting.ts';

/** What PostgreSQL itself can tell of a sample. */
export type DatabaseSample = Omit<Sample, 'at' | 'response' | 'tookMs'>;

/** One sample at a time. What a connection's death throws, here or later, is for the caller to judge: nothing is opened again. */
export type Sampler = {
	sample: () => Promise<DatabaseSample>;
	/** From now on `errors.sinceBegin` counts; what the last sample had seen is before. */
	begin: () => void;
	/** Leaves the target, so that it can be copied or renamed; names are remembered. Resolves when the session is closed. */
	pauseTarget: () => Promise<void>;
	resumeTarget: () => Promise<void>;
	close: () => Promise<void>;
	/** What it counts with: another sampler can go on with them when this one is closed. */
	counters: Counters;
};

/** `statement_timeout`: below the time after which a sample counts as dead. */
const SETTINGS = `set default_transaction_read_only = on; set statement_timeout = '4s'; set jit = off`;

/**
 * Connects to the target's maintenance database and to the target, as the backup login, and takes the readings that later ones are
 * compared with, unless it goes on with an earlier sampler's counters. `readCpu` false: the CPU is asked for elsewhere. Throws when one
 * of the two cannot be watched.
 */
export async function openSampler({
	target,
	runId,
	readCpu = true,
	goOnWith = null,
}: {
	target: Target;
	runId: string;
	readCpu?: boolean;
	goOnWith?: Counters | null;
}): Promise<Sampler> {
	const client = await connectTarget({
		target,
		login: 'backup',
		database: target.connection.maintenanceDatabase,
		applicationName: `${APPLICATION_PREFIX} watch ${runId}`,
	});
	try {
		await client.query(SETTINGS);
		const cpu = readCpu ? await findCpuExpression(client) : { notMeasured: 'it is measured elsewhere' };
		const ask = () => askServer(client, { target, runId, cpuExpression: 'sql' in cpu ? cpu.sql : 'null' });
		const first = await ask();
		const counters = goOnWith ?? makeCounters(first, target.logTable);
		const reader = await openTargetReader({ target, runId, counter: counters.log, nowMs: Number(first.nowMs) });
		return makeSampler({ client, reader, ask, counters, first, whyNoCpu: 'sql' in cpu ? null : cpu });
	} catch (error) {
		await closeTarget(client);
		throw error;
	}
}

type Parts = {
	client: TargetClient;
	reader: TargetReader;
	ask: () => Promise<SampleRow>;
	counters: Counters;
	first: SampleRow;
	whyNoCpu: NotMeasured | null;
};

function makeSampler({ client, reader, ask, counters, first, whyNoCpu }: Parts): Sampler {
	let ticks: CpuTicks | null = parseCpuLine(first.cpu);

	const readCpu = (row: SampleRow): Sample['cpu'] => {
		if (whyNoCpu) return whyNoCpu;
		const before = ticks;
		ticks = parseCpuLine(row.cpu);
		return cpuBetween(before, ticks);
	};
	const readErrors = async (nowMs: number): Promise<Sample['errors']> => {
		const logged = await reader.countLogged(nowMs);
		return 'notMeasured' in logged ? logged : counters.errors(logged);
	};
	return {
		sample: async () => {
			const row = await ask();
			const waiting = parse<WaitingRow[]>(row.waiting) ?? [];
			const errors = await readErrors(Number(row.nowMs));
			await reader.learnNames(waiting.flatMap(({ here, relationOid }) => (here && relationOid !== null ? [relationOid] : [])));
			const byState = parse<Record<string, number>>(row.sessions) ?? {};
			return {
				errors,
				sessions: { byState, total: Object.values(byState).reduce((sum, n) => sum + n, 0) },
				waiting: describeWaiting(waiting, parse<number[]>(row.runPids) ?? [], reader.nameOf),
				deadlocks: counters.deadlocks(row),
				oldestTransactionMs: row.oldestTransactionMs === null ? null : Number(row.oldestTransactionMs),
				replication: parse<Sample['replication']>(row.replication) ?? [],
				wal: counters.wal(row),
				cpu: readCpu(row),
			};
		},
		begin: counters.begin,
		pauseTarget: reader.pause,
		resumeTarget: reader.resume,
		close: async () => {
			await Promise.all([closeTarget(client), reader.close()]);
		},
		counters,
	};
}

type Question = { target: Target; runId: string; cpuExpression: string };

async function askServer(client: TargetClient, { target, runId, cpuExpression }: Question): Promise<SampleRow> {
	const { database, logins } = target.connection;
	const { rows } = await client.query<SampleRow>({
		// Prepared: planning it would cost as much as executing it.
		name: 'countersign sample',
		text: sampleSql(cpuExpression),
		values: [database, `${APPLICATION_PREFIX} run ${runId}`, [logins.run.user, logins.backup.user, logins.restore.user]],
	});
	const [row] = rows;
	if (!row) throw new Error('the server returned no sample');
	return row;
}

function parse<T>(json: string | null): T | null {
	return json === null ? null : (JSON.parse(json) as T);
}
