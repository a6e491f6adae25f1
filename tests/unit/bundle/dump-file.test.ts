import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { DUMP_FILTER } from '#lib/bundle/dump-file.ts';
import { checked } from './bundle-of.ts';

const DUMP = `--
-- PostgreSQL database dump
--

\\restrict xHK7

-- Dumped from database version 17.6
-- Dumped by pg_dump version 17.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE TABLE public.cust (id integer NOT NULL, n text);

INSERT INTO public.cust VALUES (1, 'a
SET the lock');

\\unrestrict xHK7

`;

test('what pg_dump writes for psql is one finding, and what it advises makes the file fit', async () => {
	const { findings } = await checked({ 'dump.sql': DUMP });
	expect(findings).toMatchObject([{ code: 'dump_file', file: 'dump.sql', line: 5, column: 1 }]);
	expect(findings[0]?.message).toContain('pg_dump for psql, and 7 lines of it do');
	expect(findings[0]?.instead).toContain(`--no-owner --rows-per-insert=500 … | ${DUMP_FILTER} > dump.sql`);
	const made = execFileSync('bash', ['-c', DUMP_FILTER], { input: DUMP });
	expect(await checked({ 'dump.sql': made })).toMatchObject({ findings: [], statementCount: 8 });
	expect(made.toString()).toContain('SET the lock');
});

test('rows of a dump that are no INSERT are part of it, and other findings stay', async () => {
	const { findings } = await checked({ 'dump.sql': `${DUMP}COPY public.cust (id, n) FROM stdin;\n1\tx\n\\.\n\ncommit;\n` });
	expect(findings.map(({ code }) => code)).toEqual(['dump_file', 'transaction_control']);
	expect(findings[0]?.message).toContain('8 lines');
});
