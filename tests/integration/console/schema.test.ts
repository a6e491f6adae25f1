import { afterAll, beforeAll, expect, test } from 'vitest';
import { schemaAsSql } from '#scripts/set-up/migrate-console.ts';
import { query } from '#tests/support/sql.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';

// What the migrations make and what schema.prisma says, each in a database of its own, compared by PostgreSQL's catalogs.

let migrated: TestConsole;
let said: string;
const DATABASE = `schema_as_said_${process.pid}`;

beforeAll(async () => {
	migrated = await openTestConsole();
	const place = new URL(migrated.superuserUrl);
	place.pathname = '/postgres';
	await query(place.href, `create database ${DATABASE}`);
	place.pathname = `/${DATABASE}`;
	said = place.href;
	await query(said, await schemaAsSql({ url: said }));
});
afterAll(async () => {
	if (!migrated) return;
	const place = new URL(migrated.superuserUrl);
	place.pathname = '/postgres';
	await query(place.href, `drop database if exists ${DATABASE} with (force)`);
	await migrated.close();
});

/** The record's head is the database's own: the console reads and writes it through one function only. */
const OUR_OWN = `('record_head', '_prisma_migrations')`;

const COLUMNS = `select table_name || '.' || column_name as "column", udt_name, datetime_precision, is_nullable, is_identity,
	regexp_replace(column_default, '::[a-z ]+', '', 'g') as "default"
	from information_schema.columns where table_schema = 'public' and table_name not in ${OUR_OWN} order by 1`;

const KEYS = `select conrelid::regclass::text as "table", contype, pg_get_constraintdef(oid) as definition from pg_constraint
	where connamespace = 'public'::regnamespace and contype in ('p', 'f') and conrelid::regclass::text not in ${OUR_OWN} order by 1, 2, 3`;

/** A run is held to its change together with the change's requester: that key contains this one. */
const IMPLIED = ['run: FOREIGN KEY (change_id) REFERENCES change(id)'];

const INDEXES = `select indexdef from pg_indexes where schemaname = 'public' and tablename not in ${OUR_OWN} order by 1`;

test('every column is as the schema says: type, precision, default, and whether it may be null', async () => {
	expect(await query(migrated.superuserUrl, COLUMNS)).toEqual(await query(said, COLUMNS));
});

test('every primary key is as the schema says, and every foreign key of the schema is there', async () => {
	const relations = (rows: { definition?: unknown; table?: unknown }[]) =>
		rows.map(
			({ table, definition }) =>
				`${table}: ${String(definition).replaceAll(/ ON (UPDATE|DELETE) (CASCADE|RESTRICT|NO ACTION|SET NULL)/g, '')}`,
		);
	const made = relations(await query(migrated.superuserUrl, KEYS));
	const wanted = relations(await query(said, KEYS)).filter((relation) => !IMPLIED.includes(relation));
	expect(wanted.filter((relation) => !made.includes(relation))).toEqual([]);
});

test('every index of the schema is there, and what the migrations add is partial or over an expression: rules that a schema cannot say', async () => {
	const list = async (url: string) => (await query<{ indexdef: string }>(url, INDEXES)).map((row) => row.indexdef);
	const [made, wanted] = [await list(migrated.superuserUrl), await list(said)];
	expect(made).toEqual(expect.arrayContaining(wanted));
	const added = made.filter((index) => !wanted.includes(index));
	expect(added.filter((index) => !/ WHERE |\(\w+\(/.test(index))).toEqual([]);
});
