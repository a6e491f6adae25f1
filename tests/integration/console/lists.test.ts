import { beforeAll, expect, test } from 'vitest';
import { readWaiting, waitingKeySchema } from '#lib/views/inbox/read-waiting.ts';
import { type ChangesFilter, changesFilterSchema, readChanges } from '#lib/views/read-changes.ts';
import { fileChange, targetsOf } from '#tests/support/change.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';

/** More than a few pages, and half of them of one and the same moment: a time alone is no key. */
const CHANGES = 400;

const setting = sharedSetting();

beforeAll(async () => {
	const { changeId } = await fileChange(setting, { files: { '1.sql': 'select 1' } });
	await setting.console.sql(
		`insert into change (title, target, requester_id, status, updated_at)
		 select 'Change ' || n, target, requester_id, status, updated_at - (n / 2 * interval '1 s')
		   from change, generate_series(1, $2::int) n where id = $1`,
		[changeId, CHANGES - 1],
	);
});

test('the inbox shows every change that waits for a signer once, and no page is longer than the first', async () => {
	const ask = {
		store: setting.console.store,
		targets: targetsOf(setting.target),
		actor: await setting.console.actor('dana'),
		now: new Date(),
	};
	const seen: number[] = [];
	const sizes: number[] = [];
	for (let next: string | null = ''; next !== null; ) {
		const key = next === '' ? null : (waitingKeySchema.parse(next) ?? null);
		const page = await readWaiting(ask, key);
		seen.push(...page.items.map(({ number }) => number));
		sizes.push(page.items.length);
		next = page.next;
	}
	expect(new Set(seen).size).toBe(CHANGES);
	expect(seen).toHaveLength(CHANGES);
	expect(Math.max(...sizes)).toBe(30);
});

test('whoever may sign none of them has an empty inbox', async () => {
	const ask = {
		store: setting.console.store,
		targets: targetsOf(setting.target),
		actor: await setting.console.actor('charles'),
		now: new Date(),
	};
	expect(await readWaiting(ask)).toEqual({ items: [], next: null });
});

test('the list of changes is read forth and back by key, and a change that comes meanwhile moves nothing', async () => {
	const read = async (key: { after?: string; before?: string }) => {
		const filter: ChangesFilter = changesFilterSchema.parse(key);
		return readChanges({ store: setting.console.store, actorId: await setting.console.idOf('dana'), filter });
	};
	const forth: number[][] = [];
	let page = await read({});
	expect(page.newer).toBeNull();
	forth.push(page.changes.map(({ number }) => number));
	await fileChange(setting, { files: { '1.sql': 'select 2' } });
	while (page.older) {
		page = await read({ after: page.older });
		forth.push(page.changes.map(({ number }) => number));
	}
	expect(new Set(forth.flat()).size).toBe(CHANGES);
	expect(forth.flat()).toHaveLength(CHANGES);
	const back = [forth.at(-1)];
	while (page.newer && back.length < forth.length) {
		page = await read({ before: page.newer });
		back.push(page.changes.map(({ number }) => number));
	}
	expect(back.reverse()).toEqual(forth);
});
