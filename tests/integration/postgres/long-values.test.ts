import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeTarget, connectTarget, type TargetClient } from '#lib/postgres/connection/connect.ts';
import { observe } from '#lib/postgres/connection/observe.ts';
import { sendStatement } from '#lib/postgres/connection/send-statement.ts';
import { compare } from '#lib/run/transaction/expectation.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

const MB = 1024 * 1024;
const VALUE_MB = 200;
/** Of the process: buffers that wait to be collected. pg alone would hold the value three times. */
const MOST_MB = 150;

let place: TestTarget;
let client: TargetClient;
beforeAll(async () => {
	place = await openTestTarget();
	client = await connectTarget({ target: place.define(), login: 'run', cutsLong: true });
});
afterAll(async () => {
	if (client) await closeTarget(client);
	await place?.close();
});

/** How much the process grew at most while it worked. */
async function growth(work: () => Promise<unknown>): Promise<number> {
	const before = process.memoryUsage().rss;
	let most = before;
	const timer = setInterval(() => {
		most = Math.max(most, process.memoryUsage().rss);
	}, 5);
	await work();
	clearInterval(timer);
	return Math.max(most, process.memoryUsage().rss) - before;
}

const big = `select repeat('x', ${VALUE_MB * MB}) as a, 1 as b`;

test('a value of 200 MB is thrown away as it comes, its row is counted, and the session goes on', async () => {
	let rows: number | null = 0;
	const grew = await growth(async () => {
		rows = (await sendStatement(client, big)).rowCount;
	});
	expect(rows).toBe(1);
	expect(grew / MB).toBeLessThan(MOST_MB);
	expect(await observe(client, 'select 2')).toEqual({ rows: [['2']], count: 1 });
});

test('a check that finds such a value does not pass, and says why', async () => {
	let seen: Awaited<ReturnType<typeof observe>> | null = null;
	const grew = await growth(async () => {
		seen = await observe(client, big);
	});
	expect(grew / MB).toBeLessThan(MOST_MB);
	expect(seen).toEqual({ rows: [], count: 1 });
	expect(compare({ value: 'x' }, { rows: [], count: 1 })).toMatchObject({ passed: false, got: 'a value too long to be read' });
});

test('a row without columns is one: no long row stands for it', async () => {
	expect(await observe(client, 'select')).toEqual({ rows: [[]], count: 1 });
});

test('an error and a NOTICE of 50 MB end early; what a statement raises later is heard', async () => {
	const notices: number[] = [];
	client.on('notice', ({ message }) => void notices.push(message?.length ?? 0));
	const grew = await growth(async () => {
		await sendStatement(client, `do $$ begin raise notice '%', repeat('n', ${50 * MB}); raise notice 'short'; end $$`);
		await expect(sendStatement(client, `do $$ begin raise exception '%', repeat('e', ${50 * MB}); end $$`)).rejects.toMatchObject({
			code: 'P0001',
			message: expect.stringMatching(/^e{1000,}$/),
		});
	});
	expect(notices).toEqual([expect.any(Number), 5]);
	expect(notices[0]).toBeLessThan(MB);
	expect(grew / MB).toBeLessThan(MOST_MB);
});
