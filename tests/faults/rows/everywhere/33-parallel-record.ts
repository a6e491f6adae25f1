import { expect } from 'vitest';
import { appendRecord } from '#lib/record/append-record.ts';
import { openStore } from '#lib/store/client.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { openTestConsole } from '#tests/support/test-console.ts';
import type { Row } from '../../row.ts';

const APPENDS = 1_000;
const PROCESSES = 5;

export const parallelRecord: Row = {
	row: 33,
	step: 'record',
	fault: '1,000 concurrent appends',
	required: 'no fork, no gap',
	async run(world) {
		const console = await openTestConsole(world.console);
		world.atEnd(() => console.close());
		const stores = Array.from({ length: PROCESSES }, () => openStore(console.appUrl));
		world.atEnd(() => Promise.all(stores.map((store) => store.$disconnect())));
		const append = (n: number) => {
			const store = stores[n % PROCESSES];
			return store?.$transaction(
				(tx) => appendRecord(tx, { kind: 'checklist.ticked', actor: { id: null, name: 'system' }, subject: {}, data: { n } }),
				{ maxWait: 120_000, timeout: 120_000 },
			);
		};
		await Promise.all(Array.from({ length: APPENDS }, (_, n) => append(n)));
		// It throws at the first gap and at the first entry that does not follow the one before.
		const entries = await readRecord(console);
		expect(entries.map((entry) => Number(entry.data.n)).sort((a, b) => a - b)).toEqual(Array.from({ length: APPENDS }, (_, n) => n));
		return `${APPENDS} entries from ${PROCESSES} pools of connections, one chain, each entry there once`;
	},
};
