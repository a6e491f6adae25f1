import type { Expectation } from '#lib/domain/bundle/manifest.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import type { Observed } from '#lib/postgres/connection/observe.ts';
import { redactStart } from '#lib/redact.ts';

const SHOWN_CHARACTERS = 500;

/** Whether the result is as expected, and both in words. */
export function compare(expected: Expectation, observed: Observed): { passed: boolean; expected: string; got: string } {
	return { passed: meets(expected, observed), expected: inWords(expected), got: seenInWords(expected, observed) };
}

function meets(expected: Expectation, observed: Observed): boolean {
	if ('sqlstate' in expected) return 'sqlstate' in observed && observed.sqlstate === expected.sqlstate;
	if ('sqlstate' in observed) return false;
	const { rows, count } = observed;
	if ('rows' in expected) return count === expected.rows;
	if ('sees' in expected)
		return count === rows.length && JSON.stringify(rows) === JSON.stringify(expected.sees.map((row) => row.map(asText)));
	if (count !== 1 || !rows[0] || rows[0]?.length === 0) return false;
	const value = rows[0]?.[0] ?? null;
	if ('value' in expected) return value === asText(expected.value);
	return value !== null && value.trim() !== '' && Number(value) >= expected.atLeast;
}

/** A scalar of the manifest as PostgreSQL writes it. */
function asText(value: string | number | boolean | null): string | null {
	if (value === null) return null;
	if (typeof value === 'boolean') return value ? 't' : 'f';
	return String(value);
}

function inWords(expected: Expectation): string {
	if ('sqlstate' in expected) return `fails with SQLSTATE ${expected.sqlstate}`;
	if ('rows' in expected) return countWords(expected.rows, 'row');
	if ('sees' in expected) return `exactly ${countWords(expected.sees.length, 'row')}: ${JSON.stringify(expected.sees)}`;
	if ('value' in expected) return `the value ${JSON.stringify(expected.value)}`;
	return `at least ${expected.atLeast}`;
}

function seenInWords(expected: Expectation, observed: Observed): string {
	if ('sqlstate' in observed) return `SQLSTATE ${observed.sqlstate}: ${observed.message}`;
	const { rows, count } = observed;
	if ('sees' in expected) return `${countWords(count, 'row')}: ${shortly(rows)}`;
	if (('value' in expected || 'atLeast' in expected) && count === 1)
		return rows[0] ? `the value ${shortly(rows[0][0] ?? null)}` : 'a value too long to be read';
	return countWords(count, 'row');
}

function shortly(value: unknown): string {
	return redactStart(JSON.stringify(value), SHOWN_CHARACTERS);
}
