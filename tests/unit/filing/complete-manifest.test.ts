import { expect, test } from 'vitest';
import { completeManifest } from '#components/change/filing/manifest/complete-manifest.ts';

const NAMES = {
	trialRoles: ['analyst_ro'],
	smokeTestRoles: ['analyst_ro', 'ehg_app'],
	services: ['api'],
	relations: ['eng.orders', 'views.summary'],
	files: ['a/1.sql', 'b/1.sql'],
};

/** What is offered where the text has a `|`, and what of it would be replaced. */
function offered(marked: string) {
	const offset = marked.indexOf('|');
	const text = marked.slice(0, offset) + marked.slice(offset + 1);
	const choices = completeManifest(text, offset, NAMES);
	return choices && { options: choices.options, replaced: text.slice(choices.from, offset) };
}

test.each<[string, string, string[], string]>([
	['a role of a trial', 'trial:\n  - role: |\n', NAMES.trialRoles, ''],
	['a role of a smoke test, half written', 'smokeTests:\n  - name: x\n    role: ehg|\n    sql: select 1\n', NAMES.smokeTestRoles, 'ehg'],
	['a view in a list on one line', 'trial:\n  - role: r\n    views: [views.s|]\n', NAMES.relations, 'views.s'],
	['a view in a list of lines', 'trial:\n  - role: r\n    views:\n      - eng.|\n', NAMES.relations, 'eng.'],
	['a table in SQL', 'verifications:\n  - name: x\n    sql: >\n      select 1 from eng.|\n', NAMES.relations, 'eng.'],
	['a file of a phase', 'phases:\n  - name: all\n    files:\n      - a/|\n', NAMES.files, 'a/'],
	['a service', 'services: [|]\n', NAMES.services, ''],
	['a field of a timeout', 'timeouts:\n  lo|\n', ['lock: ', 'statement: ', 'trial: '], 'lo'],
	['a field of an entry', 'trial:\n  - |\n', ['role: ', 'views: ', 'name: ', 'sql: '], ''],
	['an expectation', 'smokeTests:\n  - expect: { ro| }\n', ['value: ', 'rows: ', 'atLeast: ', 'sqlstate: ', 'sees: '], 'ro'],
])('a manifest is completed with %s', (_what, text, options, replaced) => {
	expect(offered(text)).toEqual({ options, replaced });
});

test('a manifest is completed with its own fields at the left edge, and with nothing where anything may stand', () => {
	expect(offered('version: 1\npha|')?.options).toContain('phases: ');
	expect(offered('verifications:\n  - name: any|\n')).toBeNull();
	expect(offered('no: such\nfield:\n  x|\n')).toBeNull();
});
