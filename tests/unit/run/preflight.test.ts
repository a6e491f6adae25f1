import { describe, expect, test } from 'vitest';
import { withRehearsed } from '#lib/gates/preflight/rehearsed-locks.ts';
import { replicasBehind, synchronousNeeded } from '#lib/gates/preflight/replicas-behind.ts';
import { sessionsInTheWay } from '#lib/gates/preflight/sessions-in-the-way.ts';
import type { OpenSession } from '#lib/postgres/sessions/read-obstacles.ts';
import { gatherLocks, type NeededLock } from '#lib/sql/plan/touched.ts';
import { splitStatements } from '#lib/sql/split-statements.ts';

const SESSION: OpenSession = {
	kind: 'session',
	pid: 4711,
	user: 'app_user',
	application: 'billing',
	state: 'idle in transaction',
	ageMs: 730_000,
	idleMs: 725_000,
	hasWritten: false,
	query: 'select 1',
	donePercent: null,
	locks: [],
};
const NEEDS_ORDERS: NeededLock = { relation: 'eng.orders', level: 'exclusive', at: { statement: 3, file: '2.sql', line: 7 } };

function look(session: Partial<OpenSession>, locks: NeededLock[] = [NEEDS_ORDERS]) {
	const items = sessionsInTheWay({ sessions: [{ ...SESSION, ...session }], locks, longTransactionMs: 30_000, lockTimeoutMs: 10_000 });
	return items.filter(({ state }) => state !== 'clear');
}

describe('a session in the way', () => {
	test('is named with what it holds, which statement needs that, and how to end it', () => {
		expect(look({ locks: [{ asked: 'eng.orders', mode: 'AccessShareLock' }] })).toEqual([
			{
				subject: 'transactions',
				state: 'warns',
				words: '1 obstacle',
				obstacles: [
					{
						what: 'Session 4711 of app_user (billing) is idle in transaction for 12 min; it holds AccessShareLock on eng.orders, which statement 3 (2.sql:7) needs.',
						effect: 'Statement 3 waits for it: if it is still held after 10 s (lock_timeout), the run is rolled back.',
						remedy: 'Ask its people to end it, or end it: select pg_terminate_backend(4711);',
					},
				],
			},
		]);
	});

	test.each([
		['reads while we only write rows', 'rows', 'AccessShareLock', false],
		['writes rows where we keep writers out', 'noWrites', 'RowExclusiveLock', true],
		['builds an index where we write rows', 'rows', 'ShareLock', true],
		['writes rows where we write rows', 'rows', 'RowExclusiveLock', false],
		['has it to itself where we only read', 'light', 'AccessExclusiveLock', true],
	] as const)('that %s is waited for or is not', (_what, level, mode, isWaitedFor) => {
		const [item] = look({ locks: [{ asked: 'eng.orders', mode }] }, [{ ...NEEDS_ORDERS, level }]);
		expect(item?.obstacles[0]?.effect.startsWith('Statement 3 waits')).toBe(isWaitedFor);
	});

	test('is not told of while it is young', () => {
		expect(look({ ageMs: 9_000, idleMs: 9_000 })).toEqual([]);
	});

	test('that is a prepared transaction blocks, however young, and its name is quoted', () => {
		const prepared = { kind: 'prepared', pid: null, application: "bob's", idleMs: null, ageMs: 1_000 } as const;
		expect(look(prepared)).toMatchObject([
			{ state: 'blocks', obstacles: [{ remedy: expect.stringContaining("rollback prepared 'bob''s';") }] },
		]);
	});

	test('that is autovacuum to prevent wraparound is told with how far it is', () => {
		const vacuum = { kind: 'autovacuum', query: 'autovacuum: VACUUM ANALYZE eng.orders (to prevent wraparound)', donePercent: 45 } as const;
		const [item] = look({ ...vacuum, locks: [{ asked: 'eng.orders', mode: 'ShareUpdateExclusiveLock' }] });
		expect(item).toMatchObject({ subject: 'autovacuum', state: 'warns' });
		expect(item?.obstacles[0]?.what).toContain('is at work on eng.orders, 45 % of it read');
		expect(item?.obstacles[0]?.effect).toContain('Statement 3 waits');
	});
});

describe('replicas', () => {
	const replica = { name: 'r1', state: 'streaming', isSynchronous: false, lagBytes: 0, lagMs: null };

	test.each([
		['', 0],
		['*', 1],
		['a, b', 1],
		['FIRST 2 (a, b, c)', 2],
		['ANY 3 (*)', 3],
		['2 (a, b)', 2],
	])('that COMMIT waits for are counted: %s', (names, needed) => {
		expect(synchronousNeeded(names)).toBe(needed);
	});

	test('block a run whose COMMIT nobody would confirm', () => {
		const missing = { replicas: [replica], synchronousStandbys: 'ANY 1 (r2)', idleSlots: [] };
		expect(replicasBehind(missing)).toMatchObject({
			state: 'blocks',
			obstacles: [{ what: expect.stringContaining('0 of them are connected') }],
		});
		expect(replicasBehind({ ...missing, replicas: [{ ...replica, isSynchronous: true }] })).toMatchObject({ state: 'clear' });
	});

	test('that lag, and logs that are kept for nobody, are warnings', () => {
		const found = replicasBehind({
			replicas: [{ ...replica, lagBytes: 2e9, lagMs: 65_000 }],
			synchronousStandbys: '',
			idleSlots: [{ name: 'old', keptBytes: 3e9 }],
		});
		expect(found.state).toBe('warns');
		expect(found.obstacles.map(({ what }) => what)).toEqual([
			'Replica r1 is 1 min and 2.0 GB behind.',
			'Nobody reads replication slot old, for which the server keeps 3.0 GB of its log.',
		]);
	});
});

describe('the locks that a bundle needs', () => {
	test('are the heaviest on each relation, with the statement that takes it; what it makes itself needs none', async () => {
		const locks = gatherLocks('ehg');
		await splitStatements(
			'insert into eng.a values (1);\ncreate table eng.new (id int);\nalter table eng.a add b int;\nalter table eng.new add c int',
			(one) => locks.note(one, '1.sql'),
		);
		expect(locks.needed()).toEqual([{ relation: 'eng.a', level: 'exclusive', at: { statement: 3, file: '1.sql', line: 3 } }]);
	});

	test('are those of its rehearsal too, where the SQL shows less', () => {
		const footprint = {
			relation: 'eng.b',
			kind: 'r',
			mode: 'ShareRowExclusiveLock',
			statement: 2,
			file: '1.sql',
			line: 2,
			heldMs: 1,
			bytes: 0,
		} as const;
		expect(withRehearsed([NEEDS_ORDERS], [footprint, { ...footprint, relation: 'eng.orders' }])).toEqual([
			NEEDS_ORDERS,
			{ relation: 'eng.b', level: 'noWrites', at: { statement: 2, file: '1.sql', line: 2 } },
		]);
	});
});
