import { describe, expect, test } from 'vitest';
import { MAX_FILES } from '#lib/domain/bundle/limits.ts';
import { checked, placesIn } from './bundle-of.ts';

describe('syntax errors', () => {
	test('reports every one of a file, and goes on after each', async () => {
		expect(await placesIn('selec 1;\nselect 1;\ncreate table t (a int;\nselect * frm t x y;\ncommit;')).toEqual([
			'syntax_error 1:1',
			'syntax_error 3:22',
			'syntax_error 4:10',
			'transaction_control 5:1',
		]);
	});

	test('counts columns in characters after multibyte text, and lines by CRLF', async () => {
		const { findings } = await checked({ 'a.sql': "-- é日本😀\r\nselect '日本😀é' froom x y;\r\ncommit;\r\n" });
		expect(findings).toMatchObject([
			{ code: 'syntax_error', line: 2, column: 21, message: 'syntax error at or near "x"', excerpt: "select '日本😀é' froom x y;" },
			{ code: 'transaction_control', line: 3, column: 1, excerpt: 'commit;' },
		]);
	});

	test('points at the quote that nobody closed', async () => {
		expect(await placesIn("select 1;\nselect 'abc;\ncommit;\n")).toEqual(['syntax_error 2:8']);
		expect(await placesIn('select 1;\n/* abc;\ncommit;\n')).toEqual(['syntax_error 2:1']);
		expect(await placesIn('select 1;\ndo $x$ begin;\n')).toEqual(['syntax_error 2:4']);
	});

	test('survives an expression too deep for the parser, fifty times over, and reads on', async () => {
		const { findings } = await checked({ 'a.sql': `${`select 1${'+1'.repeat(20_000)};\n`.repeat(60)}commit;` });
		expect(findings.map((f) => f.line)).toEqual(Array.from({ length: 61 }, (_, i) => i + 1));
		expect(findings.at(-1)?.code).toBe('transaction_control');
		expect(process.exitCode ?? 0).toBe(0);
	});
});

describe('psql', () => {
	test('refuses its commands, each with its own advice', async () => {
		const { findings } = await checked({
			'a.sql': "\\i db/x.sql\n\\set v 'it''s\nselect 1\n  \\gexec\n\\copy t from 'x'\n\\c other\n\\! rm\nselect 1 \\; select 2;\ncommit;",
		});
		expect(findings.map(({ line, column, message }) => `${line}:${column} ${message.split(' ')[0]}`)).toEqual([
			'1:1 \\i',
			'2:1 \\set',
			'4:3 \\gexec',
			'5:1 \\copy',
			'6:1 \\c',
			'7:1 \\!',
			'8:10 \\;',
			'9:1 COMMIT:',
		]);
		expect(new Set(findings.map((f) => f.instead)).size).toBe(findings.length);
	});

	test('refuses COPY FROM STDIN once, not once a line of its data', async () => {
		const data = '1\tit\'s\n2\t"x\n3\t$$ ; /*\n\\N\t\\i\n\\.\n';
		expect(await placesIn(`copy public.t (a, b) from stdin;\n${data}commit;\ncopy t from stdin;\n${data}select 1;`)).toEqual([
			'copy_stdin 1:1',
			'transaction_control 7:1',
			'copy_stdin 8:1',
		]);
	});
});

describe('bytes', () => {
	test('refuses NUL, invalid UTF-8, BOM and bidirectional controls at their place, and reads on', async () => {
		expect(await placesIn('select 1;\n-- é\0;\ncommit;')).toEqual(['nul_byte 2:5', 'transaction_control 3:1']);
		expect(await placesIn('\ufeffcommit;')).toEqual(['byte_order_mark 1:1', 'transaction_control 1:2']);
		expect(await placesIn("select 'é';\nselect 'é\u202e';")).toEqual(['bidi_control 2:10']);
		expect(await placesIn("select '\u2066';")).toEqual(['bidi_control 1:9']);
		const latin1 = Buffer.concat([
			Buffer.from(`${"select 'é😀';\n".repeat(100)}select 'caf`),
			Buffer.from([0xe9]),
			Buffer.from("';\ncommit;"),
		]);
		expect(await placesIn(latin1)).toEqual(['invalid_utf8 101:12', 'transaction_control 102:1']);
	});

	test('refuses a character cut off at the end of the file', async () => {
		expect((await placesIn(Buffer.concat([Buffer.from('select 1; -- é'), Buffer.from([0xe2, 0x82])])))[0]).toBe('invalid_utf8 1:15');
	});
});

describe('paths', () => {
	test.each([
		'/a.sql',
		'../a.sql',
		'a/../b.sql',
		'a\\b.sql',
		'a\0.sql',
		'a//b.sql',
		'./a.sql',
		'a\n.sql',
		'~/a.sql',
		'C:/a.sql',
		'\x1b[31m.sql',
		`${'a'.repeat(500)}.sql`,
	])('refuses %j', async (path) => {
		const { findings } = await checked({ [path]: 'select 1' }, 'version: 1\nphases: [{name: all, files: [x.sql]}]');
		expect(findings.filter((f) => f.code === 'path')).toHaveLength(1);
	});

	test('takes hundreds of files with odd but harmless names', async () => {
		const odd = [
			"it's",
			'a b',
			'ünïcödé',
			'日本',
			'$HOME',
			'"q"',
			'-rf',
			'#1',
			'a;b',
			'%00',
			'😀',
			'.hidden',
			'a&b',
			'{x}',
			`${'long'.repeat(100)}`,
		];
		const contents = Object.fromEntries(
			Array.from({ length: 600 }, (_, i) => [
				`db ${i % 7}/${odd[i % odd.length]}/${String(i).padStart(4, '0')} ${odd[(i * 7) % odd.length]?.slice(0, 40)}.SQL`,
				`create table t${i} ();`,
			]),
		);
		const { findings, files, statementCount } = await checked(contents);
		expect(findings).toEqual([]);
		expect(statementCount).toBe(600);
		expect(files.map((f) => f.path)).toEqual(
			[...files.map((f) => f.path)].sort((a, b) =>
				Buffer.compare(Buffer.from(a.replaceAll('/', '\0')), Buffer.from(b.replaceAll('/', '\0'))),
			),
		);
	});

	test('refuses names that some file systems take for one', async () => {
		const { findings } = await checked({ 'A.sql': '', 'a.sql': '', 'e\u0301.sql': '', '\u00e9.sql': '' });
		expect(findings.map((f) => f.code)).toEqual(['duplicate_path', 'duplicate_path']);
	});
});

describe('order', () => {
	test('refuses what the manifest names without its being there, names twice, or does not name', async () => {
		const { findings } = await checked(
			{ 'a.sql': 'select 1', 'b.sql': 'select 1', 'notes.txt': '' },
			'version: 1\nphases:\n  - name: one\n    files:\n      - a.sql\n      - gone.sql\n      - a.sql\n',
		);
		expect(findings).toMatchObject([
			{ code: 'file_missing', file: 'manifest.yaml', line: 6, column: 9, excerpt: '      - gone.sql' },
			{ code: 'file_named_twice', file: 'manifest.yaml', line: 7, column: 9 },
			{ code: 'file_not_named', file: 'b.sql' },
			{ code: 'file_not_named', file: 'notes.txt' },
		]);
	});

	test('gives files and findings in the order of the manifest', async () => {
		const { files, findings } = await checked(
			{ 'a.sql': 'commit', 'b.sql': 'x;\ncommit' },
			'version: 1\nphases: [{name: late, files: [b.sql]}, {name: later, files: [a.sql]}]',
		);
		expect(files.map(({ path, phase }) => `${phase} ${path}`)).toEqual(['late b.sql', 'later a.sql']);
		expect(findings.map(({ file, line }) => `${file}:${line}`)).toEqual(['b.sql:1', 'b.sql:2', 'a.sql:1']);
	});

	test('still checks the SQL when the manifest cannot be read', async () => {
		const { manifest, findings } = await checked({ 'a.sql': 'commit' }, 'version: 2');
		expect(manifest).toBeNull();
		expect(findings.map((f) => f.code)).toContain('transaction_control');
	});

	test('refuses a bundle without SQL, and one of too many files', async () => {
		expect((await checked({})).findings).toMatchObject([{ code: 'no_files', file: null }]);
		expect((await checked({ 'bundle.zip': 'PK' })).findings).toMatchObject([
			{ code: 'no_files', message: 'the bundle has no .sql file, only bundle.zip', instead: expect.stringContaining('Unpack bundle.zip') },
		]);
		const many = Object.fromEntries(Array.from({ length: MAX_FILES + 1 }, (_, i) => [`${i}.sql`, '']));
		expect((await checked(many)).findings).toMatchObject([
			{ code: 'bundle_too_large', message: 'the bundle has 5,001 files (limit: 5,000 files)' },
		]);
	});
});

test.each([['-- only a comment\n/* and another */'], [''], [' ;;\n; '], ['\ufeff'.slice(1)]])(
	'refuses a bundle without a statement: %j',
	async (sql) => {
		const { findings } = await checked({ 'a.sql': sql, 'b.sql': '-- nothing' });
		expect(findings).toMatchObject([{ code: 'no_statements', file: null, line: null }]);
	},
);

test('takes a file without a statement beside one that has some', async () => {
	expect((await checked({ 'a.sql': '-- see b', 'b.sql': 'select 1' })).findings).toEqual([]);
});

test('has no findings about what systems, editors and habit leave beside the files', async () => {
	const beside = ['.DS_Store', 'db/.DS_Store', 'a.sql~', 'Thumbs.db', 'README.md', '.gitignore', 'README', 'db/a.sql.bak', '.a.sql.swp'];
	const shadows = ['__MACOSX/._a.sql', '._a.sql'];
	const contents = Object.fromEntries([...beside, ...shadows].map((path) => [path, Buffer.from([0, 5, 0x16, 7])]));
	const manifest = 'version: 1\nphases: [{name: all, files: [a.sql]}]';
	const { findings, files } = await checked({ 'a.sql': 'select 1', ...contents }, manifest);
	expect(findings).toEqual([]);
	expect(files.map((file) => file.path)).toEqual(['a.sql']);
	expect((await checked({ 'a.sql': 'select 1', 'data.csv': '1' }, manifest)).findings).toMatchObject([
		{ code: 'file_not_named', file: 'data.csv' },
	]);
});

describe('checks in the manifest', () => {
	const manifest = (sql: string, expectation = 'value: 1') =>
		`version: 1\nphases: [{name: all, files: [a.sql]}]\nsmokeTests:\n  - name: x\n    role: r\n    sql: ${JSON.stringify(sql)}\n    expect: {${expectation}}\n`;

	test.each([
		'select 1; select 2',
		'',
		' -- nothing',
		'selec 1',
		'delete from t',
		'commit',
		'set role x',
		"select set_config('role', 'x', true)",
		'\\dt',
		'with d as (delete from t returning 1) select 1; commit',
	])('refuses %j', async (sql) => {
		const { findings } = await checked({ 'a.sql': 'select 1' }, manifest(sql));
		expect(findings).toMatchObject([{ file: 'manifest.yaml', line: 6, column: 10 }]);
	});

	test.each(['select 1;', 'values (1)', 'table t', 'show work_mem', 'explain select 1', 'with a as (select 1) select * from a'])(
		'accepts %j',
		async (sql) => {
			expect((await checked({ 'a.sql': 'select 1' }, manifest(sql))).findings).toEqual([]);
		},
	);

	test('lets a smoke test that expects an SQLSTATE try a change', async () => {
		expect((await checked({ 'a.sql': 'select 1' }, manifest('insert into t values (1)', 'sqlstate: "42501"'))).findings).toEqual([]);
		expect((await checked({ 'a.sql': 'select 1' }, manifest('drop table t', 'sqlstate: "42501"'))).findings).toHaveLength(1);
	});
});
