import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Moved } from '#lib/domain/moved.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { readRecordSeq } from '#lib/record/record-seq.ts';
import { liveStream } from '#lib/stream/live-stream.ts';
import { openWakeups } from '#lib/stream/wakeups.ts';
import { fileChange } from '#tests/support/change.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { until } from '#tests/support/sql.ts';

const setting = sharedSetting();
const BUNDLE = { files: { '1.sql': 'select 1' } };

let closes: (() => Promise<unknown>)[] = [];
beforeEach(() => {
	closes = [];
});
afterEach(async () => {
	for (const close of closes.reverse()) await close();
});

/** The stream as a browser reads it: one event after the other, as [name, data]. */
async function openStream(): Promise<() => Promise<[string, unknown]>> {
	const { appUrl, store } = setting.console;
	const channels = (['countersign_record', 'countersign_journal'] as const).map((channel) => openWakeups(channel, appUrl));
	const [record, journal] = channels as [(typeof channels)[number], (typeof channels)[number]];
	await until('the listeners', async () => record.isUp() && journal.isUp());
	const reading = new AbortController();
	const stream = liveStream({
		record,
		journal,
		readSeq: () => readRecordSeq(store),
		mayGoOn: async () => true,
		signal: reading.signal,
		onClosed: () => undefined,
	});
	const reader = stream.getReader();
	closes.push(
		() => record.close(),
		() => journal.close(),
		async () => reading.abort(),
	);
	return async () => {
		const { value } = await reader.read();
		const text = new TextDecoder().decode(value);
		const [, name = '', data = '{}'] = /event: (.+)\ndata: (.+)/.exec(text) ?? [];
		return [name, JSON.parse(data)];
	};
}

test('the first word says how far the record is: a page that was read before an entry has not missed it', async () => {
	const readBefore = await readRecordSeq(setting.console.store);
	await fileChange(setting, BUNDLE);
	const next = await openStream();
	const [name, data] = await next();
	expect([name, data]).toEqual(['alive', { seq: await readRecordSeq(setting.console.store) }]);
	expect((data as { seq: number }).seq).toBeGreaterThan(readBefore);
});

test('a change that moves is named, and what concerns no change moves no page', async () => {
	const next = await openStream();
	await next();
	await setting.console.store.$transaction((tx) =>
		appendRecord(tx, { kind: 'person.signed_in', actor: { id: null, name: 'system' }, subject: {}, data: {} }),
	);
	const nobody = { changes: [], run: false, all: false, seq: await readRecordSeq(setting.console.store) };
	expect(await next()).toEqual(['moved', nobody]);
	const { changeId } = await fileChange(setting, BUNDLE);
	const moved: Moved = { changes: [changeId], run: false, all: false, seq: await readRecordSeq(setting.console.store) };
	expect(await next()).toEqual(['moved', moved]);
});
