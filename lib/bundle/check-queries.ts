import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { Manifest } from '#lib/domain/bundle/manifest.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { lineIndex } from '#lib/sql/line-index.ts';
import { readStatements } from '#lib/sql/split-statements.ts';
import type { ReadByUs } from './older-grammar.ts';
import type { ReadManifest } from './read-manifest.ts';
import type { Objection } from './rules/rule.ts';
import { settingsSet } from './rules/settings-set.ts';

const QUERIES = ['SelectStmt', 'VariableShowStmt', 'ExplainStmt'];
/** A smoke test that expects a refusal must try the refused statement. */
const DATA_CHANGES = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

type Query = { path: (string | number)[]; name: string; sql: string; allowed: string[] };

/** Every check in the manifest must be exactly one statement, and must only read. */
export async function checkQueries(
	manifest: Manifest,
	{ objectTo, onRead }: Pick<ReadManifest, 'objectTo'> & { onRead: (query: ReadByUs) => void },
): Promise<Finding[]> {
	const findings: Finding[] = [];
	for (const query of queriesOf(manifest)) {
		const wrong = await wrongWith(query);
		if (wrong) findings.push(objectTo(query.path, wrong));
		else {
			const { path, name, sql } = query;
			const findingAt: ReadByUs['findingAt'] = (_, { message, instead }) =>
				objectTo(path, { code: 'check_query', message: `${name}: ${message}`, instead });
			onRead({ sql, findingAt });
		}
	}
	return findings;
}

function queriesOf(manifest: Manifest): Query[] {
	const trials = manifest.trial.flatMap((trial, i) =>
		'sql' in trial ? [{ path: ['trial', i, 'sql'], name: trial.name, sql: trial.sql, allowed: QUERIES }] : [],
	);
	const verifications = manifest.verifications.map(({ name, sql }, i) => ({
		path: ['verifications', i, 'sql'],
		name,
		sql,
		allowed: QUERIES,
	}));
	const smokeTests = manifest.smokeTests.map(({ name, sql, expect }, i) => ({
		path: ['smokeTests', i, 'sql'],
		name,
		sql,
		allowed: 'sqlstate' in expect ? [...QUERIES, ...DATA_CHANGES] : QUERIES,
	}));
	return [...trials, ...verifications, ...smokeTests];
}

async function wrongWith({ name, sql, allowed }: Query): Promise<Objection | null> {
	const code = 'check_query';
	const bytes = Buffer.from(sql, 'utf8');
	if (bytes.includes(0)) return { code, message: `${name}: NUL byte in its SQL`, instead: 'Remove it.' };
	const lines = lineIndex(bytes);
	let count = 0;
	for await (const reading of readStatements(bytes, lines)) {
		if (reading.found === 'syntax_error') {
			const { line, column } = lines.placeOf(reading.byteOffset);
			return {
				code,
				message: `${name}: ${reading.message} (line ${line}, column ${column} of the statement)`,
				instead: 'Correct the statement.',
			};
		}
		if (reading.found !== 'statement')
			return { code, message: `${name}: not plain SQL`, instead: 'Write one SQL statement, without psql commands.' };
		count++;
		const { statement } = reading;
		if (!allowed.includes(statement.kind)) {
			return {
				code,
				message: `${name}: a check must only read`,
				instead:
					'Write SELECT, VALUES, TABLE, SHOW or EXPLAIN. Only a smoke test that expects an SQLSTATE may try INSERT, UPDATE, DELETE or MERGE.',
			};
		}
		const setting = settingsSet(statement)[0];
		if (setting)
			return {
				code,
				message: `${name}: a check must not set ${setting.name}`,
				instead: 'Remove set_config: the run sets the role and the limits.',
			};
	}
	if (count === 1) return null;
	return { code, message: `${name}: ${countWords(count, 'statement')}`, instead: 'Write exactly one statement per check.' };
}
