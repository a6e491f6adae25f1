import { describe, expect, test } from 'vitest';
import {
	phasesIn,
	readManifestText,
	withEntry,
	withEntryMoved,
	withFileMoved,
	withFilesAdded,
	withFilesInPhase,
	withFilesRemoved,
	withFilesRenamed,
	withPhaseJoined,
	withPhaseSplit,
	withValue,
} from '#components/change/filing/manifest/manifest-text.ts';

const TEXT = `# The whole.
version: 1

phases:
  # First the tables.
  - name: Tables
    files:
      - a/1.sql # the first
      - a/2.sql
  - name: Views
    files: [b/1.sql]

timeouts:
  lock: 10s # short
verifications:
  - name: One
    sql: |
      select 1
    expect: { value: true }
  - name: Two
    sql: select 2
    expect: { rows: 1 }
`;
const lines = (text: string) => text.split('\n');

describe('the text of a manifest', () => {
	test('that is no YAML is told with its line', () => {
		expect(readManifestText('version: 1\nphases:\n  - name: [\n')).toMatchObject({ ok: false, line: 4 });
		expect(readManifestText('version: 1\nversion: 2\n')).toMatchObject({ ok: false, line: 2, why: expect.stringContaining('unique') });
	});

	test.each([
		['version: 1\ntrial: no list\n', 2, 'trial is a list.'],
		['version: 1\nphases:\n  - a.sql\n', 2, 'Each entry of phases consists of fields.'],
		['- version\n', 1, 'A manifest consists of fields, such as version and phases.'],
		['phases:\n  - files: a.sql\n', 1, 'The files of a phase are a list.'],
	])('whose shape no form could show is told with its line: %j', (text, line, why) => {
		expect(readManifestText(text)).toEqual({ ok: false, line, why });
	});

	test('that cannot be read is left as it is by every edit', () => {
		const broken = 'version: [1\nphases:';
		expect(withValue(broken, ['restore'], 'automatic')).toBe(broken);
		expect(withFilesAdded(broken, ['c.sql'])).toBe(broken);
		expect(phasesIn(broken)).toBeNull();
	});

	test('that is empty may be begun by a form', () => {
		expect(withValue('', ['restore'], 'automatic')).toBe('restore: automatic\n');
	});
});

describe('an edit keeps comments and every other line', () => {
	test('of a value', () => {
		expect(lines(withValue(TEXT, ['timeouts', 'lock'], '5s'))).toEqual(lines(TEXT.replace('10s', '5s')));
	});

	test('of a text of several lines, and back to one', () => {
		const longer = withValue(TEXT, ['verifications', 1, 'sql'], 'select 2\nfrom b');
		expect(longer).toContain('    sql: |-\n      select 2\n      from b\n');
		expect(withValue(longer, ['verifications', 1, 'sql'], 'select 2')).toBe(TEXT);
	});

	test('of a value that another type must be told from', () => {
		expect(withValue('changeLog:\n  operation: x\n', ['changeLog', 'operation'], 'true')).toBe('changeLog:\n  operation: "true"\n');
		expect(withValue('restore: "x"\n', ['restore'], true)).toBe('restore: true\n');
	});

	test('that removes the last value of a field removes the field', () => {
		const text = withValue(TEXT, ['timeouts', 'lock'], undefined);
		expect(text).not.toContain('timeouts');
		expect(text).toContain('# First the tables.');
	});

	test('of a list: an entry is added, moved and removed', () => {
		const added = withEntry(TEXT, ['services'], 'api');
		expect(added).toBe(`${TEXT}services:\n  - api\n`);
		const moved = withEntryMoved(TEXT, ['verifications'], 1, -1);
		expect(readManifestText(moved)).toMatchObject({ value: { verifications: [{ name: 'Two' }, { name: 'One' }] } });
		expect(withEntryMoved(TEXT, ['verifications'], 0, -1)).toBe(TEXT);
		expect(withValue(withValue(TEXT, ['verifications', 0], undefined), ['verifications', 0], undefined)).not.toContain('verifications');
	});
});

describe('the files that a manifest names', () => {
	const files = (text: string) => phasesIn(text)?.map(({ files }) => files);

	test('are added to their folder’s phase, or to the last one', () => {
		expect(files(withFilesAdded(TEXT, ['a/3.sql', 'a/1.sql', 'c.sql']))).toEqual([
			['a/1.sql', 'a/2.sql', 'a/3.sql'],
			['b/1.sql', 'c.sql'],
		]);
		expect(withFilesAdded(TEXT, ['a/1.sql'])).toBe(TEXT);
	});

	test('are renamed at their places, with their comments', () => {
		expect(withFilesRenamed(TEXT, new Map([['a/1.sql', 'a/one.sql']]))).toBe(TEXT.replace('a/1.sql', 'a/one.sql'));
	});

	test('are removed, and a phase without files with them', () => {
		expect(files(withFilesRemoved(TEXT, ['a/1.sql', 'b/1.sql']))).toEqual([['a/2.sql']]);
	});

	test('move by one place, over the edges of phases, with their comments', () => {
		expect(withFileMoved(TEXT, 'a/1.sql', 1)).toContain('- a/2.sql\n      - a/1.sql # the first');
		expect(files(withFileMoved(TEXT, 'a/2.sql', 1))).toEqual([['a/1.sql'], ['a/2.sql', 'b/1.sql']]);
		expect(files(withFileMoved(TEXT, 'b/1.sql', -1))).toEqual([['a/1.sql', 'a/2.sql', 'b/1.sql']]);
		for (const [path, by] of [['a/1.sql', -1] as const, ['b/1.sql', 1] as const]) expect(withFileMoved(TEXT, path, by)).toBe(TEXT);
	});

	test('go to the end of another phase together, with their comments, and leave no empty phase', () => {
		const moved = withFilesInPhase(TEXT, ['a/1.sql', 'b/1.sql'], 0);
		expect(files(moved)).toEqual([['a/2.sql', 'a/1.sql', 'b/1.sql']]);
		expect(moved).toContain('- a/1.sql # the first');
	});

	test('make a phase of their own, and join the one before', () => {
		const split = withPhaseSplit(TEXT, 'a/2.sql', 'More');
		expect(phasesIn(split)?.map(({ name }) => name)).toEqual(['Tables', 'More', 'Views']);
		expect(files(split)).toEqual([['a/1.sql'], ['a/2.sql'], ['b/1.sql']]);
		expect(withPhaseJoined(split, 1)).toBe(TEXT);
		expect(withPhaseSplit(TEXT, 'a/1.sql', 'None'), 'the first file has nothing before it').toBe(TEXT);
	});
});
