import { expect } from 'vitest';
import { lossWords } from '#lib/domain/wording/price-words.ts';
import { measurePrice } from '#lib/run/orders/measure-price.ts';
import { confirm, expectOk, readRun, runToEnd, targetsOf } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { commitThenFail, confirmBoth } from '../../harm/commit-then-fail.ts';
import type { Row } from '../../row.ts';
import { openStage } from '../../stage.ts';

/** None of it is a row that statistics count. */
const BY_OTHERS = `truncate audit.service_logs; create table eng.note (id int primary key, word text); alter table eng.teams add column note text;
	grant insert on eng.teams to analyst_ro; comment on table eng.teams is 'said meanwhile'`;

export const othersWhileItWaits: Row = {
	row: 53,
	step: 'restore',
	fault: 'others truncate, alter, grant and comment while the decision waits',
	required: 'all of it is in the price; the old price can be confirmed no more',
	async run(world) {
		const stage = await openStage(world);
		const { console, place, setting } = stage;
		await place.sql(`insert into audit.service_logs (service, level, message) select 'psql', 'INFO', 'kept' from generate_series(1, 200)`);
		const before = await lookAt(place);
		const { runId } = await commitThenFail(stage);
		const seen = (await readRun(console, runId)).price;
		const [logs] = await place.sql<{ n: string }>('select count(*) as n from audit.service_logs');
		await place.sql(BY_OTHERS);
		const actor = await console.actor('olga');
		const price = expectOk(await measurePrice({ store: console.store, targets: targetsOf(setting.target), actor, runId }));
		expect(lossWords(price).split(', ')).toEqual([
			'1 row in eng.made',
			`${logs?.n} rows truncated from audit.service_logs`,
			'the column eng.teams.note',
			'the comment on table eng.teams',
			'the index eng.note_pkey',
			'the table eng.note',
			'the grants on table eng.teams',
		]);
		const old = { capacity: 'operator', person: 'olga', price: seen?.digest ?? '' } as const;
		expect(await confirm(setting, runId, old)).toMatchObject({
			ok: false,
			refusal: { message: expect.stringContaining('truncated from') },
		});
		await confirmBoth(stage, { runId });
		const confirmed = (await readRecord(console)).filter((entry) => entry.kind === 'restore.confirmed');
		expect(confirmed).toMatchObject([{ data: { price: { digest: price.digest } } }, { data: { price: { digest: price.digest } } }]);
		expect(await runToEnd(setting, runId)).toMatchObject({ status: 'restored', truth: { kind: 'restored' } });
		expect(await lookAt(place)).toEqual(before);
		return `priced at ${lossWords(price)}; confirmed and restored`;
	},
};
