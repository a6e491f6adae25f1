import { DatabaseError } from 'pg';
import type { NotMeasured, Sample } from '#lib/domain/watching/sample.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';

/** Made by `enroll` in the maintenance database: gives the first line of /proc/stat and nothing else. */
export const HOST_CPU_FUNCTION = 'countersign.host_cpu()';
export const HOST_CPU_SQL = `
create schema if not exists countersign;
create or replace function ${HOST_CPU_FUNCTION} returns text language sql security definer set search_path = pg_catalog
	as $host_cpu$ select pg_catalog.split_part(pg_catalog.pg_read_file('/proc/stat', 0, 1024), E'\\n', 1) $host_cpu$;
revoke all on function ${HOST_CPU_FUNCTION} from public;`;

/** The SQL that reads it, the best way first. */
const WAYS = [HOST_CPU_FUNCTION, `pg_catalog.split_part(pg_catalog.pg_read_file('/proc/stat', 0, 1024), E'\\n', 1)`];

/** Time since the host started, in its ticks: all of it, and what its processors worked. */
export type CpuTicks = { total: number; busy: number };

/** The SQL expression by which this login may read the processors' times; where there is none, why. */
export async function findCpuExpression(client: TargetClient): Promise<{ sql: string } | NotMeasured> {
	let why = '';
	for (const sql of WAYS) {
		try {
			const { rows } = await client.query<{ line: string | null }>(`select ${sql} as line`);
			if (parseCpuLine(rows[0]?.line ?? null)) return { sql };
			why = 'the host has no /proc/stat as Linux writes it';
		} catch (error) {
			if (!(error instanceof DatabaseError)) throw error;
			why = error.message;
		}
	}
	return { notMeasured: `the login may not read /proc/stat (${why}), and the target has no Prometheus query` };
}

/** The line `cpu  user nice system idle iowait irq softirq steal …`; null when it is none. Guests' time is in `user` already. */
export function parseCpuLine(line: string | null): CpuTicks | null {
	const [name, ...texts] = (line ?? '').trim().split(/\s+/);
	const ticks = texts.slice(0, 8).map(Number);
	if (name !== 'cpu' || ticks.length < 4 || ticks.some((n) => !Number.isFinite(n))) return null;
	const total = ticks.reduce((sum, n) => sum + n, 0);
	const [, , , idle = 0, ioWait = 0] = ticks;
	return { total, busy: total - idle - ioWait };
}

/** The processors' work between two readings. */
export function cpuBetween(before: CpuTicks | null, after: CpuTicks | null): Sample['cpu'] {
	if (!after) return { notMeasured: 'the server did not return the line of /proc/stat' };
	const elapsed = after.total - (before?.total ?? after.total);
	if (!before || elapsed <= 0) return { notMeasured: 'there is no earlier reading yet' };
	const percent = Math.min(100, Math.max(0, (100 * (after.busy - before.busy)) / elapsed));
	return { percent: Math.round(percent * 10) / 10, source: 'proc' };
}
