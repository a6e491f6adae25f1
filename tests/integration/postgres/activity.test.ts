import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { isOnThisMachine, readFreeSpace, seenDataDirectory } from '#lib/postgres/backup/free-space.ts';
import { makeRecoveryPoint } from '#lib/postgres/backup/recovery-point.ts';
import { readClock } from '#lib/postgres/connection/clock.ts';
import { closeTarget, connectTarget, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { readIdentity } from '#lib/postgres/connection/identity.ts';
import { SQLSTATE, sqlstateOf } from '#lib/postgres/connection/sqlstates.ts';
import { enroll, enrollSql } from '#lib/postgres/enrollment/enroll.ts';
import { insertMarker, readMarker, xactStatus } from '#lib/postgres/marker.ts';
import {
	cancelBackend,
	countClientSessions,
	findBlockers,
	takeRunLock,
	terminateRunBackends,
	waitersBehind,
	waitUntilGone,
} from '#lib/postgres/sessions/activity.ts';
import { readObstacles } from '#lib/postgres/sessions/read-obstacles.ts';
import { readOwnWrites, readWriteCounters, settleWriteCounters, writesBetween } from '#lib/postgres/sessions/write-counters.ts';
import { type Cluster, startCluster } from '#tests/support/cluster.ts';
import { asSuperuser, makeRealisticDatabase, psql } from '#tests/support/realistic-database.ts';

const LIVE = 'watched';
const RUN = '6f1c6f5e-0000-4000-8000-000000000001';
let cluster: Cluster;
let target: Target;
let client: TargetClient;

beforeAll(async () => {
	cluster = await startCluster({ archive: true, settings: { max_prepared_transactions: '5' } });
	target = await makeRealisticDatabase(cluster, LIVE);
	client = await connectTarget({ target, login: 'backup' });
}, 120_000);
afterAll(async () => {
	if (client) await closeTarget(client);
	await cluster?.destroy();
});

describe('a connection', () => {
	it('that dies rejects its query and leaves the process alive', async () => {
		const other = await connectTarget({ target, login: 'run', applicationName: `countersign run ${RUN}` });
		const query = expect(other.query('select pg_sleep(30)')).rejects.toThrow();
		await withTarget({ target, login: 'run' }, (second) => terminateRunBackends(second, RUN));
		await query;
		await expect(other.query('select 1')).rejects.toThrow();
		expect(await waitUntilGone(client, { applicationName: `countersign run ${RUN}` }, 1_000)).toBe(true);
	});

	it('gives int8, numeric and times as the server’s text, and the database’s clock to the millisecond', async () => {
		const { rows } = await client.query(
			"select 9007199254740993 as big, 1.10 as n, timestamptz '2026-01-01 00:00:00.123456+00' as t, true as b, 7 as i",
		);
		expect(rows[0]).toMatchObject({ big: '9007199254740993', n: '1.10', b: true, i: 7 });
		expect(rows[0].t).toContain('.123456');
		expect(Math.abs((await readClock(client)).getTime() - Date.now())).toBeLessThan(2_000);
	});

	it('says no when the secret is missing, naming the variable and no value', async () => {
		const missing = structuredClone(target);
		missing.connection.logins.run.password = { env: 'NOT_SET_ANYWHERE' };
		await expect(connectTarget({ target: missing, login: 'run' })).rejects.toThrow(/NOT_SET_ANYWHERE/);
	});
});

describe('the run lock', () => {
	it('is held by one connection, and free when that is gone', async () => {
		const identity = await readIdentity(client);
		const place = { target, login: 'backup', database: 'postgres' } as const;
		const first = await connectTarget(place);
		expect(await takeRunLock(first, identity)).toBe(true);
		await withTarget(place, async (second) => {
			expect(await takeRunLock(second, identity)).toBe(false);
			expect(await takeRunLock(second, { ...identity, databaseOid: '1' })).toBe(true);
			await closeTarget(first);
			for (let i = 0; i < 50 && !(await takeRunLock(second, identity)); i++) await sleep(20);
			expect(await withTarget(place, (third) => takeRunLock(third, identity))).toBe(false);
		});
	});
});

describe('the marker', () => {
	it('tells what became of the transaction that wrote it, and refuses a second', async () => {
		await withTarget({ target, login: 'run' }, async (run) => {
			await run.query('begin');
			const { xid } = await insertMarker(run, { runId: RUN, digest: 'd', fence: 1 });
			expect(await readMarker(client, RUN)).toBeNull();
			expect(await xactStatus(client, xid)).toBe('in progress');
			await run.query('rollback');
			expect(await xactStatus(client, xid)).toBe('aborted');
			const tombstone = await insertMarker(run, { runId: RUN, digest: 'd', fence: 2, tombstone: true });
			expect(await readMarker(client, RUN)).toMatchObject({ xid: tombstone.xid, fence: 2, tombstone: true });
			expect(await xactStatus(client, tombstone.xid)).toBe('committed');
			expect(await xactStatus(client, '999999999')).toBe('unknown');
			expect(sqlstateOf(await insertMarker(run, { runId: RUN, digest: 'd', fence: 1 }).catch((e: unknown) => e))).toBe(
				SQLSTATE.uniqueViolation,
			);
			for (const sql of [
				'delete from countersign.marker',
				'update countersign.marker set fence = 9',
				'set role app_owner; delete from countersign.marker',
			]) {
				expect(sqlstateOf(await run.query(sql).catch((e: unknown) => e))).toBe(SQLSTATE.insufficientPrivilege);
			}
		});
	});
});

describe('others in the database', () => {
	it('are found when they would be in the way, and are not when they are ours or young', async () => {
		const before = await countClientSessions(client);
		await asSuperuser(cluster, LIVE, async (other) => {
			expect(await countClientSessions(client)).toBe(before + 1);
			await other.query("begin; select 'password = hunter2'");
			expect(await findBlockers(client, { olderThanMs: 60_000 })).toEqual([]);
			const [blocker] = await findBlockers(client, { olderThanMs: 0 });
			expect(blocker).toMatchObject({ kind: 'long transaction', user: 'postgres' });
			expect(blocker?.query).not.toContain('hunter2');
			await other.query("prepare transaction 'forgotten'");
			expect(await findBlockers(client, { olderThanMs: 60_000 })).toMatchObject([
				{ kind: 'prepared transaction', pid: null, application: 'forgotten' },
			]);
			await other.query("rollback prepared 'forgotten'");
			await other.query("set application_name = 'pg_dump'; begin; select 1");
			expect(await findBlockers(client, { olderThanMs: 60_000 })).toMatchObject([{ kind: 'dump' }]);
		});
	});

	it('are told with the locks that they hold on what a change needs, also on a partition of it', async () => {
		const asked = ['eng.event', 'vh.link', 'nobody.has_this'];
		await asSuperuser(cluster, LIVE, async (other) => {
			await other.query("begin; insert into eng.event values (9, '2020-08-08')");
			expect((await readObstacles(client, asked)).sessions).toMatchObject([
				{
					kind: 'session',
					user: 'postgres',
					state: 'idle in transaction',
					hasWritten: true,
					locks: [{ asked: 'eng.event', mode: 'RowExclusiveLock' }],
				},
			]);
			await other.query("rollback; begin; lock table vh.link in share mode; prepare transaction 'holds'");
			expect((await readObstacles(client, asked)).sessions).toMatchObject([
				{ kind: 'prepared', pid: null, user: 'postgres', application: 'holds', locks: [{ asked: 'vh.link', mode: 'ShareLock' }] },
			]);
			await other.query("rollback prepared 'holds'");
			await other.query("set application_name = 'pg_dump'; begin; select from vh.link");
			const { sessions, dataDirectory, databaseBytes, isInDataDirectory, pid } = await readObstacles(client, []);
			expect(sessions).toMatchObject([{ kind: 'dump', hasWritten: false, locks: [] }]);
			expect(isInDataDirectory).toBe(true);
			expect(databaseBytes).toBeGreaterThan(5_000_000);
			expect(await isOnThisMachine(target, pid)).toBe(true);
			expect(await isOnThisMachine(target, process.pid)).toBe(false);
			expect((await readFreeSpace(dataDirectory ?? '')).bytes).toBeGreaterThan(0);
			// A name that only the server can follow: its process tells where it is.
			expect(await seenDataDirectory({ pid, dataDirectory: '/proc/self/fd/3' })).toBe(dataDirectory);
			expect(await seenDataDirectory({ pid: 2 ** 22 + 1, dataDirectory: '/proc/self/fd/3' })).toBeNull();
			await expect(readFreeSpace('/proc')).rejects.toThrow('how large');
		});
	});

	it('that are replicas or readers of nobody show how much the server keeps for them', async () => {
		await asSuperuser(cluster, LIVE, async (other) => {
			await other.query("select pg_create_physical_replication_slot('unread', true)");
			try {
				const { idleSlots, replicas, synchronousStandbys } = await readObstacles(client, []);
				expect(idleSlots).toEqual([{ name: 'unread', keptBytes: expect.any(Number) }]);
				expect({ replicas, synchronousStandbys }).toEqual({ replicas: [], synchronousStandbys: '' });
			} finally {
				await other.query("select pg_drop_replication_slot('unread')");
			}
		});
	});

	it('who wait behind our lock are named with how long, and can be cancelled', async () => {
		await asSuperuser(cluster, LIVE, async (holder) => {
			await holder.query('begin; lock table vh.link');
			const pid = (await holder.query('select pg_backend_pid() as pid')).rows[0].pid as number;
			const waiter = await connectTarget({ target, login: 'backup', applicationName: 'countersign victim' });
			const waiting = expect(waiter.query('select from vh.link')).rejects.toThrow(/cancel/);
			let found = await waitersBehind(client, pid);
			for (let i = 0; i < 100 && (found[0]?.waitedMs ?? 0) < 100; i++) {
				await sleep(20);
				found = await waitersBehind(client, pid);
			}
			expect(found).toMatchObject([{ application: 'countersign victim', query: 'select from vh.link' }]);
			expect(await cancelBackend(client, found[0]?.pid ?? 0)).toBe(true);
			await waiting;
			await closeTarget(waiter);
		});
	});
});

describe('write counters', () => {
	it('show what others wrote, less what we wrote ourselves', async () => {
		const before = await readWriteCounters(client);
		await asSuperuser(cluster, LIVE, async (other) => {
			await other.query(
				'insert into vh.link (venture) select g from generate_series(1000, 1006) g; update vh.link set venture = venture + 5000 where venture >= 1000',
			);
			await other.query('delete from vh.link where venture = 6000');
		});
		const own = await withTarget({ target, login: 'run' }, async (run) => {
			await run.query(
				"begin; set local role app_owner; insert into eng.event select g, '2020-06-06' from generate_series(1, 3) g; reset role",
			);
			const writes = await readOwnWrites(run);
			await run.query('commit');
			return writes;
		});
		const after = await settleWriteCounters(client, before);
		expect(after.settled).toBe(true);
		expect(writesBetween(before, after, own)).toEqual([{ table: 'vh.link', inserted: 7, updated: 7, deleted: 1 }]);
	}, 30_000);

	it('wait for a session that stays, and say so when they cannot', async () => {
		const before = await readWriteCounters(client);
		await asSuperuser(cluster, LIVE, async (other) => {
			await other.query("insert into eng.event values (1, '2020-07-07')");
			await other.query("insert into eng.event values (2, '2020-07-07')");
			const after = await settleWriteCounters(client, before);
			expect(after.settled).toBe(true);
			expect(writesBetween(before, after)).toEqual([{ table: 'eng.event_2020', inserted: 2, updated: 0, deleted: 0 }]);
			await other.query("insert into eng.event values (3, '2020-07-07')");
			await other.query('begin; select 1');
			expect((await settleWriteCounters(client, after)).settled).toBe(false);
		});
	}, 60_000);

	it('count a transaction that was open at the first reading and commits later', async () => {
		await asSuperuser(cluster, LIVE, async (other) => {
			await other.query("begin; insert into eng.event values (4, '2020-07-07')");
			await psql(cluster, LIVE, 'insert into vh.link (venture) values (7777)');
			const before = await readWriteCounters(client);
			await other.query('commit');
			const after = await settleWriteCounters(client, before);
			expect(writesBetween(before, after)).toContainEqual({ table: 'eng.event_2020', inserted: 1, updated: 0, deleted: 0 });
		});
	}, 30_000);

	it('refuse to guess when statistics were reset', async () => {
		const before = await readWriteCounters(client);
		await psql(cluster, LIVE, 'select pg_stat_reset(); insert into vh.link (venture) values (9999)');
		const after = await readWriteCounters(client);
		expect(() => writesBetween(before, after)).toThrow(/reset/);
	});
});

describe('a recovery point', () => {
	it('is proved archived, and refused when the archiver fails or is off', async () => {
		const point = await makeRecoveryPoint({ target, name: `countersign ${RUN}` });
		expect(await psql(cluster, 'postgres', 'select last_archived_wal from pg_stat_archiver')).toBe(point.walFile);
		await psql(cluster, 'postgres', "alter system set archive_command = 'false'");
		await psql(cluster, 'postgres', 'select pg_reload_conf()');
		await expect(makeRecoveryPoint({ target, name: 'failing' })).rejects.toThrow(/archiver failed/);
		await psql(cluster, 'postgres', 'alter system set archive_mode = off');
		await cluster.stop('immediate');
		await cluster.start();
		await expect(makeRecoveryPoint({ target, name: 'off' })).rejects.toThrow(/archive_mode is off/);
	}, 90_000);
});

describe('enrolling', () => {
	it('can be done again, warns of a superuser’s objects, and prints SQL without passwords', async () => {
		expect(await enroll({ target, superuserUrl: cluster.url('postgres') })).toEqual([]);
		await psql(cluster, LIVE, 'create table public.of_superuser ()');
		expect((await enroll({ target, superuserUrl: cluster.url('postgres') })).join()).toMatch(/superuser postgres owns/);
		const script = enrollSql(target);
		for (const login of ['RUN', 'BACKUP', 'RESTORE']) expect(script).not.toContain(process.env[`${login}_PASSWORD`]);
		expect(script).toContain('\\password "countersign_run"');
	});

	it('stores a verifier that lets the login in', async () => {
		const stored = await psql(
			cluster,
			'postgres',
			"select rolpassword like 'SCRAM-SHA-256$4096:%' from pg_authid where rolname = 'countersign_run'",
		);
		expect(stored).toBe('t');
		const wrong = new pg.Client({ host: cluster.host, port: cluster.port, database: LIVE, user: 'countersign_run', password: 'wrong' });
		await expect(wrong.connect()).rejects.toThrow(/password authentication failed/);
	});
});
