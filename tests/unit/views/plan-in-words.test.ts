import { expect, test } from 'vitest';
import { planInWords } from '#lib/views/plan-in-words.ts';

async function linesOf(sql: string) {
	const { lines } = await planInWords([{ path: 'a.sql', bytes: Buffer.from(sql) }]);
	return lines.map((line) => [line.lead, line.names, line.details, line.note]);
}

test('says what is taken away before what is added', async () => {
	const lines = await linesOf('create table eng.a (x int); drop table eng.b cascade;');
	expect(lines).toEqual([
		['Drops, with all that depends on it (CASCADE), table', ['eng.b'], [], 'Locks eng.b exclusively until COMMIT'],
		['Creates table', ['eng.a'], [], null],
	]);
});

test('gathers what is done to one table, and names the lock it takes', async () => {
	const lines = await linesOf('alter table eng.a add column x int; alter table eng.a enable row level security;');
	expect(lines).toEqual([
		['Alters table', ['eng.a'], ['adds column x', 'enables row-level security'], 'Locks eng.a exclusively until COMMIT'],
	]);
});

test('does not speak of locks on what the bundle itself creates', async () => {
	const lines = await linesOf('create table eng.a (x int); create index i on eng.a (x); create index j on eng.old (x);');
	expect(lines).toContainEqual(['Creates 2 indexes', ['i on eng.a', 'j on eng.old'], [], 'Blocks writes to eng.old until COMMIT']);
});

test('tells an UPDATE of some rows from one of all rows', async () => {
	const lines = await linesOf('update eng.a set x = 1; update eng.b set x = 1 where y;');
	expect(lines.map(([lead]) => lead)).toEqual(['Updates every row of table', 'Updates rows of table']);
});

test('names who gets which privilege, PUBLIC and columns included', async () => {
	const lines = await linesOf('grant select (x), insert on eng.a, eng.b to r, public; revoke all on all tables in schema eng from r;');
	expect(lines).toEqual([
		['Grants SELECT (x), INSERT to r, everybody (PUBLIC) on 2 tables', ['eng.a', 'eng.b'], [], null],
		['Revokes all privileges from r on every table of schema', ['eng'], [], null],
	]);
});

test('says so when the kind of a statement tells nothing', async () => {
	const lines = await linesOf("do $$begin end$$; create conversion c for 'LATIN1' to 'UTF8' from f;");
	expect(lines.map(([lead]) => lead)).toEqual([
		'Runs a DO block: what it does is only in the SQL',
		'Runs create conversion: no words for it here, read the SQL',
	]);
});
