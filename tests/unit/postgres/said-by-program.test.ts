import { describe, expect, it } from 'vitest';
import { isProgress, whatWentWrong } from '#lib/postgres/programs/said-by-program.ts';

const wrong = (lines: string[]) => whatWentWrong(lines.filter((line) => !isProgress(line)));

describe('what a program of PostgreSQL says went wrong', () => {
	it('is its error with the details, whatever the other processes said before and after it', () => {
		const error = 'pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "ventures"';
		const detail = 'pg_dump: detail: Query was: COPY vh.ventures (id, name) TO stdout;';
		const others = Array.from({ length: 30 }, (_, item) => `pg_dump: finished item ${item} TABLE DATA teams`);
		expect(wrong([...others, error, ...others, detail, ...others])).toEqual({ error: true, told: [error, detail] });
	});

	it.each([
		['pg_dump: pg_dump: error: query failed', 'finished item 3 TABLE DATA teams'],
		['pg_dump: pg_dump: finished item 3 TABLE DATA teams', 'error: query failed'],
		['pg_dump: error: pg_dump: query failed', 'dumping contents of table "eng.teams"'],
		['pg_dump:pg_dump: finished item 3530 TABLE DATA teams', ' error: query failed'],
		['pg_dump:pg_dump: error: query failed', ' finished item 3530 TABLE DATA teams'],
	])('is not lost when two processes write into one line: %s', (...lines) => {
		const { error, told } = wrong(lines);
		expect(error).toBe(true);
		expect(told.join('\n')).toContain('query failed');
	});

	it('is what it said last when it named no error', () => {
		const lines = Array.from({ length: 30 }, (_, n) => `pg_restore: warning: number ${n}`);
		expect(wrong(lines)).toEqual({ error: false, told: lines.slice(10) });
		expect(wrong(['pg_restore: creating TABLE "eng.teams"'])).toEqual({ error: false, told: [] });
	});

	it('is that somebody terminated it', () => {
		expect(wrong(['pg_dump: reading schemas', 'pg_dump: terminated by user'])).toEqual({
			error: false,
			told: ['pg_dump: terminated by user'],
		});
	});

	it('keeps the lines of a message after its first', () => {
		const lines = [
			'pg_restore: error: could not execute query: ERROR:  type "x" does not exist',
			'LINE 1: create table t (a x);',
			'             ^',
		];
		expect(wrong(lines)).toEqual({ error: true, told: lines });
	});
});
