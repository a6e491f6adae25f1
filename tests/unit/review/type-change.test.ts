import { expect, test } from 'vitest';
import { keepsRows } from '#lib/review/type-change.ts';
import { parse } from '#lib/sql/parse.ts';

/** As the catalog has the column, and what ALTER COLUMN … TYPE says. */
async function isKept(was: string, type: string): Promise<boolean> {
	const parsed = await parse(Buffer.from(`alter table t alter column a type ${type}`), 'tree');
	if (!parsed.ok) throw new Error(parsed.message);
	const commands = parsed.statements[0]?.node?.cmds as { AlterTableCmd: { def: { ColumnDef: Record<string, unknown> } } }[];
	return keepsRows(was, commands[0]?.AlterTableCmd.def.ColumnDef);
}

test.each([
	['character varying(20)', 'varchar(40)'],
	['character varying(20)', 'varchar'],
	['character varying', 'text'],
	['text', 'varchar'],
	['integer', 'int4'],
	['timestamp with time zone', 'timestamptz'],
	['numeric(14,2)', 'numeric(20, 2)'],
	['numeric(14,2)', 'numeric'],
])('from %s to %s nothing is written anew', async (was, type) => {
	expect(await isKept(was, type)).toBe(true);
});

test.each([
	['character varying(40)', 'varchar(20)'],
	['text', 'varchar(20)'],
	['integer', 'bigint'],
	['numeric(14,2)', 'numeric(14, 3)'],
	['numeric', 'numeric(14, 2)'],
	['timestamp with time zone', 'timestamp'],
	['text', 'text[]'],
	['character varying(20)', 'text using lower(a)'],
	['', 'integer'],
])('from %s to %s all rows are', async (was, type) => {
	expect(await isKept(was, type)).toBe(false);
});
