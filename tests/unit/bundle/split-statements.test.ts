import { expect, test } from 'vitest';
import { splitStatements } from '#lib/sql/split-statements.ts';

test('gives each statement byte for byte, with its place', async () => {
	const sql = "-- é\r\n select 'é😀' ; /* y */ insert into t\r\n  values ($$;$$) /* z */ ;;; select 3  \n";
	const statements = await splitStatements(sql);
	expect(statements.map((s) => [s.index, s.line, s.column, s.kind, s.sql])).toEqual([
		[0, 2, 2, 'SelectStmt', "select 'é😀'"],
		[1, 2, 24, 'InsertStmt', 'insert into t\r\n  values ($$;$$) /* z */'],
		[2, 3, 30, 'SelectStmt', 'select 3'],
	]);
	const bytes = Buffer.from(sql);
	for (const s of statements) expect(bytes.toString('utf8', s.byteOffset, s.byteOffset + Buffer.byteLength(s.sql))).toBe(s.sql);
});

test.each(['', ' \n', ';;', '-- only a comment', '/* a; b */ ;'])('finds no statement in %j', async (sql) => {
	expect(await splitStatements(sql)).toEqual([]);
});

test.each(['\\i x', 'select 1 \\gexec', 'copy t from stdin;\n1\n\\.\n'])('throws rather than leave something out: %j', async (sql) => {
	await expect(splitStatements(sql)).rejects.toThrow(/^\d+:\d+: /);
});

test.each(['selec 1', "select '", 'create table t (system_user text)'])('hands on what only the target could read: %j', async (sql) => {
	expect(await splitStatements(`select 1;\n${sql}`)).toMatchObject([{ sql: 'select 1' }, { sql, kind: 'Unread', line: 2 }]);
});

test('cuts a large file where the parser would', async () => {
	const unit = "create function f() returns int begin atomic select 1; select ';'; end;\nselect E'\\';', $a$;$a$; -- ;\n";
	const statements = await splitStatements(unit.repeat(2_000));
	expect(statements).toHaveLength(4_000);
	expect(new Set(statements.map((s) => s.sql)).size).toBe(2);
	expect(statements.at(-1)).toMatchObject({ index: 3_999, line: 4_000, column: 1 });
});
