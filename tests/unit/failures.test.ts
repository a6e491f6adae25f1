import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAILURE_MEANING } from '#lib/domain/failure.ts';

const ROOT = join(import.meta.dirname, '../..');
const CODES = Object.keys(FAILURE_MEANING);

/** Heading → the paragraphs below it. */
function paragraphsOfFailures(): Map<string, string[]> {
	const [, ...sections] = readFileSync(join(ROOT, 'docs/failures.md'), 'utf8').split(/^## /m);
	return new Map(
		sections.map((section) => {
			const [heading = '', ...paragraphs] = section.trim().split(/\n\n+/);
			return [heading, paragraphs];
		}),
	);
}

/** All of lib but the list itself. */
function sourceOfLib(): string {
	return readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
		.filter((path) => path.endsWith('.ts') && !path.includes('generated') && path !== 'domain/failure.ts')
		.map((path) => readFileSync(join(ROOT, 'lib', path), 'utf8'))
		.join('\n');
}

test('docs/failures.md has every code in the order of the list, and no other', () => {
	expect([...paragraphsOfFailures().keys()]).toEqual(CODES);
});

test.each(Object.entries(FAILURE_MEANING))(
	'docs/failures.md says of %s what it means, what was touched and what to do',
	(code, meaning) => {
		const paragraphs = paragraphsOfFailures().get(code) ?? [];
		expect(paragraphs).toEqual([meaning, expect.stringMatching(/^\*\*Touched:\*\* \S/), expect.stringMatching(/^\*\*What to do:\*\* \S/)]);
	},
);

test('no code is dead: each stands in the code that throws it', () => {
	const source = sourceOfLib();
	expect(CODES.filter((code) => !source.includes(`'${code}'`))).toEqual([]);
});
