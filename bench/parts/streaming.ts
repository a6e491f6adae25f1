import { setTimeout as sleep } from 'node:timers/promises';
import { encode } from 'next-auth/jwt';
import pg from 'pg';
import { SMALL } from '../databases.ts';
import type { Bench } from '../rounds.ts';
import type { Measured } from '../rows.ts';
import { whileAsleep } from '../sleeping-run.ts';
import { FIRST_SEQ, leaveGap } from './journal-rows.ts';

/** So many pages watch one run: ten people with as many pages as one may have. */
const PEOPLE = 10;
const PAGES_EACH = 20;
const ROWS = 100;
const EVERY_MS = 100;
const LATE_MS = 20_000;
/** What the delay of a row of the journal is compared with. */
const LIMIT_MS = 50;

/** From the statement that writes a row of the journal, and commits it, until the row is there. In ms, the 99th of 100. */
type StreamingDelay = { page: number; bare: number };

/** While a run is under way and 200 pages watch it, rows are written; and one bare connection listens for the same notifications. */
export async function measureStreaming(bench: Bench, { judged }: { judged: boolean }): Promise<Measured[]> {
	const { page, bare } = await whileAsleep({ ...bench, fixture: SMALL }, (runId) => measureRows(bench, runId));
	bench.say(`  a row reached 99 of 100 pages in ${page} ms; a bare LISTEN heard of it in ${bare} ms`);
	return [
		{
			name: 'a row of the journal, committed and on 99 of 100 of 200 pages',
			ours: page,
			baseline: LIMIT_MS,
			unit: 'ms',
			required: judged ? 1 : null,
		},
		{ name: 'the same against a bare LISTEN', ours: page, baseline: bare, unit: 'ms', required: null },
	];
}

async function measureRows({ console, web }: Bench, runId: string): Promise<StreamingDelay> {
	const sentAt = new Map<number, number>();
	const delays: number[] = [];
	const left = new AbortController();
	await leaveGap(console.store, runId);
	const tokens = await Promise.all(Array.from({ length: PEOPLE }, (_, n) => signedIn(console, { n, secret: web.secret })));
	const pages = await Promise.all(
		tokens.flatMap((token) =>
			Array.from({ length: PAGES_EACH }, () => openEvents(`${web.url}/api/runs/${runId}/events?after=${FIRST_SEQ}`, token, left.signal)),
		),
	);
	const onRow = (seq: number) => {
		const at = sentAt.get(seq);
		if (at !== undefined) delays.push(performance.now() - at);
	};
	const reading = pages.map((body) => readRows(body, { onRow, left: left.signal }));
	const listener = await listen(console.ownerUrl, runId);
	try {
		for (let n = 0; n < ROWS; n += 1) {
			const seq = FIRST_SEQ + 1 + n;
			const next = sleep(EVERY_MS);
			sentAt.set(seq, performance.now());
			listener.begin();
			await console.store.journalEntry.create({
				data: { runId, seq, at: new Date(), step: 'transaction', phase: 'notice', data: { severity: 'NOTICE', message: `Row ${n}` } },
			});
			await next;
		}
		const deadline = performance.now() + LATE_MS;
		while (delays.length < ROWS * PEOPLE * PAGES_EACH && performance.now() < deadline) await sleep(EVERY_MS);
		if (delays.length !== ROWS * PEOPLE * PAGES_EACH) throw new Error(`${delays.length} rows came to the pages`);
		return { page: p99(delays), bare: p99(listener.delays) };
	} finally {
		left.abort();
		await Promise.all(reading);
		await listener.end();
	}
}

/** A person of their own, as a page may be opened so often by one only, and the cookie of their session. */
async function signedIn({ store }: Bench['console'], { n, secret }: { n: number; secret: string }): Promise<string> {
	const { id } = await store.person.create({
		data: { email: `watcher-${n}@example.test`, name: `Watcher ${n}`, passwordHash: 'none', roles: { create: { role: 'auditor' } } },
		select: { id: true },
	});
	const session = await store.session.create({
		data: { personId: id, expiresAt: new Date(Date.now() + 3_600_000) },
		select: { id: true },
	});
	return encode({ token: { personId: id, sessionId: session.id }, secret });
}

type Events = NonNullable<Response['body']>;

async function openEvents(url: string, token: string, signal: AbortSignal): Promise<Events> {
	const answer = await fetch(url, { headers: { cookie: `next-auth.session-token=${token}` }, redirect: 'manual', signal });
	if (!answer.ok || !answer.body) throw new Error(`the stream answered ${answer.status}`);
	return answer.body;
}

async function readRows(body: Events, { onRow, left }: { onRow: (seq: number) => void; left: AbortSignal }): Promise<void> {
	let rest = '';
	try {
		for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
			const events = (rest + chunk).split('\n\n');
			rest = events.pop() ?? '';
			for (const event of events) onRow(Number(/^id: (\d+)$/m.exec(event)?.[1] ?? 0));
		}
	} catch (error) {
		if (!left.aborted) throw error;
	}
}

/** One connection that does nothing but listen. `begin`: a row is written now. */
async function listen(url: string, runId: string): Promise<{ begin: () => void; delays: number[]; end: () => Promise<void> }> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	const delays: number[] = [];
	let begunAt: number | null = null;
	client.on('notification', ({ payload }) => {
		if (begunAt === null || !payload?.includes(runId)) return;
		delays.push(performance.now() - begunAt);
		begunAt = null;
	});
	await client.query('listen countersign_journal');
	const begin = () => {
		begunAt = performance.now();
	};
	return { begin, delays, end: () => client.end() };
}

function p99(values: number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return Math.round((sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN) * 10) / 10;
}
