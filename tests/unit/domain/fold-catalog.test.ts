import { expect, test } from 'vitest';
import { foldCatalog } from '#lib/domain/rehearsed/fold-catalog.ts';

test('what came with a new table, or went with one, stands below it; everything else stands for itself, in its order', () => {
	const change = (what: 'added' | 'removed' | 'changed') => (kind: string, name: string) => ({ kind, name, what });
	const [added, removed, changed] = [change('added'), change('removed'), change('changed')];
	const folded = foldCatalog([
		removed('column', 'eng.orders.note'),
		removed('constraint', 'old_pkey on eng."a.b"'),
		removed('table', 'eng."a.b"'),
		changed('table', 'eng.orders'),
		added('column', 'eng."a.b".id'),
		added('column', 'eng.made."x.y"'),
		added('comment', 'table column eng.made.id'),
		added('constraint', 'made_pkey on eng.made'),
		added('index', 'eng.made_pkey'),
		added('index', 'eng.orders_by_note'),
		added('policy', 'own rows on eng.orders'),
		added('privileges', 'table eng.made'),
		added('table', 'eng.made'),
		added('trigger', 'stamp on eng.made'),
	]);
	expect(folded.map(({ what, kind, name, parts }) => [`${what} ${kind} ${name}`, parts.map((part) => part.kind)])).toEqual([
		['removed column eng.orders.note', []],
		['removed table eng."a.b"', ['constraint']],
		['changed table eng.orders', []],
		['added column eng."a.b".id', []],
		['added index eng.orders_by_note', []],
		['added policy own rows on eng.orders', []],
		['added table eng.made', ['column', 'comment', 'constraint', 'index', 'privileges', 'trigger']],
	]);
});
