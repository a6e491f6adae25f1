import { expect, test } from 'vitest';
import { readFolder } from '#lib/bundle/read-folder.ts';
import { reveals } from '#lib/domain/rehearsed/visible.ts';
import { DEMO_READING } from '#scripts/demo/targets-file.ts';
import { fileChange, type Setting } from '#tests/support/change.ts';
import { askToRehearse, rehearseIt } from '#tests/support/rehearse.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';

const shared = sharedSetting();

/** The test target with what the demo's target names of readers and queries. */
function setting(): Setting {
	const target = shared.place.define((definition) => Object.assign(definition, { rehearsal: DEMO_READING }));
	return { console: shared.console, target };
}

test('the housekeeping change reveals nothing to the demo’s readers but what its manifest names; its rehearsal shows the matrix and the plans', async () => {
	const { status, report, failure } = await rehearseIt(
		setting(),
		await askToRehearse(setting(), await fileChange(setting(), await readFolder('db'))),
	);
	expect(failure).toBeNull();
	expect(status).toBe('passed');
	const visible = report.visible ?? [];
	expect(visible.filter(reveals)).toMatchObject([
		{ reader: 'the venture hub', relation: 'views.vh_linkage_status', before: 'denied', isMeant: true },
	]);
	// What the policies of the new edition intend: analysts see 30 of 180, the application all but the secret ones; the hub nothing of it.
	const directives = visible.filter(({ relation }) => relation === 'eng.strategic_directives_v2');
	expect(directives.map(({ reader, after }) => [reader, after])).toEqual([
		['analysts', { rows: 30, more: false }],
		['the application', { rows: 120, more: false }],
	]);
	expect(report.plans?.map(({ name, after }) => [name, 'measured' in after])).toEqual(
		DEMO_READING.queries.map(({ name, analyze = false }) => [name, analyze]),
	);
});
