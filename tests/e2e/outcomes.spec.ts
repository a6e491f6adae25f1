import { stage } from './stage/stage.ts';
import { answerChecklist } from './support/answer-checklist.ts';
import { approve } from './support/approve.ts';
import { inConsole, inMaintenance, inTarget, latestRun, misbehave, runReaches, runsOf } from './support/databases.ts';
import { look } from './support/look.ts';
import { confirmExecute, pressExecute, truthLine } from './support/take-through.ts';
import { expect, test } from './support/test.ts';

test('a run outside the window ends rolled back with the reason, and touches neither database nor application', async ({ enter }) => {
	const target = 'ehg-production-nightly';
	const sql = 'create table eng.after_hours (id int);';
	const { number } = await approve({ target, title: 'A table after hours', bundle: { sql } });
	const olga = await enter('olga');
	await pressExecute(olga, number);
	await expect(olga.getByRole('dialog')).toContainText('The window is closed');
	await confirmExecute(olga);
	await expect(olga.getByRole('heading', { name: 'Rolled back' })).toBeVisible({ timeout: 60_000 });
	await expect(olga.getByText(/outside the window/).first()).toBeVisible();
	await expect(truthLine(olga)).toContainText('Nothing committed');
	await look(olga, 'run-rolled-back');
	await olga.getByRole('link', { name: 'About outside_window' }).first().click();
	await expect(olga).toHaveURL(/\/operations\/failures#outside_window$/);
	await expect(olga.getByRole('heading', { name: 'outside_window' })).toBeInViewport();
	await look(olga, 'failures');

	const run = await latestRun(number);
	expect(run).toMatchObject({ status: 'rolled_back', change_status: 'rolled_back', truth: 'nothing_committed' });
	expect(await inMaintenance(target)).toBe(false);
	expect(await inTarget(target, `select to_regclass('eng.after_hours') as made`)).toEqual([{ made: null }]);
});

test('health that turns red after COMMIT waits for two people, and their word puts the backup back', async ({ enter }) => {
	test.setTimeout(600_000);
	const target = 'ehg-reporting';
	await misbehave(target, 'health-red-after-change');
	const { number } = await approve({ target, title: 'Housekeeping that turns the application red', bundle: { folder: 'db' } });
	const olga = await enter('olga');
	await pressExecute(olga, number);
	await confirmExecute(olga);
	await expect(olga.getByRole('heading', { name: /^A decision is needed/ })).toBeVisible({ timeout: 90_000 });
	await expect(truthLine(olga)).toContainText('Committed at');
	const { id: runId } = await runReaches(number, 'awaiting_restore');
	await expect(olga.getByText(/is ready beside the live database, as countersign_scratch_/)).toBeVisible();
	expect(await inMaintenance(target)).toBe(true);
	expect(await inTarget(target, 'select run_id from countersign.marker')).toEqual([{ run_id: runId }]);
	await look(olga, 'run-awaiting-restore');

	await olga.getByRole('region', { name: 'Restore the backup', exact: true }).getByLabel('Your password').fill(stage().password);
	await olga.getByRole('button', { name: 'Confirm restore as Operator' }).click();
	await expect(olga.getByText(/Olga Petrov confirmed at/)).toBeVisible();
	expect((await latestRun(number)).status).toBe('awaiting_restore');
	const dana = await enter('dana');
	await dana.goto('/');
	await dana.getByRole('link', { name: `Decide CHG-${number}` }).click();
	await dana.getByRole('region', { name: 'Restore the backup', exact: true }).getByLabel('Your password').fill(stage().password);
	await dana.getByRole('button', { name: 'Confirm restore as Database Administrator' }).click();

	for (const page of [olga, dana])
		await expect(page.getByRole('heading', { name: 'Restored', exact: true })).toBeVisible({ timeout: 90_000 });
	await look(olga, 'run-restored');
	expect(await latestRun(number)).toMatchObject({ status: 'restored', change_status: 'restored', truth: 'restored' });
	await olga.goto('/targets');
	await expect(olga.getByText(/^countersign_failed_/)).toBeVisible();
	await expect(olga.getByRole('link', { name: `CHG-${number}, run 1` })).toBeVisible();
	expect(
		await inTarget(
			target,
			`select to_regclass('eng.strategic_directives_v2') as made, (select count(*) from countersign.marker) as markers`,
		),
	).toEqual([{ made: null, markers: '0' }]);
	expect(await inConsole('select capacity from restore_confirmation where run_id = $1 order by capacity', [runId])).toEqual([
		{ capacity: 'dba' },
		{ capacity: 'operator' },
	]);
	expect(await inMaintenance(target)).toBe(false);

	// The checklist is the one of a restore: it does not ask anybody to say that the smoke tests passed.
	await olga.goto(`/runs/${runId}`);
	const checklist = olga.getByRole('region', { name: 'Post-execution checklist' });
	await expect(checklist).toContainText('The restored database equals the one before the change');
	await expect(checklist).not.toContainText('All smoke tests passed');
	await look(olga, 'checklist-restored', { narrow: true });
	await checklist.getByRole('button', { name: /^Passed: The restored database was checked/ }).click();
	await expect(checklist.getByRole('alert')).toContainText('Say in a note who has seen to');
	await answerChecklist(olga, 'restored', 'Dana compared the ventures with the paper of today.');
	await expect(checklist).toContainText('The change is closed as restored.');
	await look(olga, 'checklist-closed');
	await olga.goto('/changes');
	await expect(olga.getByRole('row').filter({ hasText: `CHG-${number}` })).toContainText('Closed · Restored');
	expect(await inConsole('select status, closed_as from change where number = $1', [number])).toEqual([
		{ status: 'closed', closed_as: 'restored' },
	]);
});

test('a change whose checks fail is kept by the word of two people, and never reads as a success', async ({ enter }) => {
	test.setTimeout(600_000);
	const target = 'ehg-reporting';
	await misbehave(target, 'health-red-after-change');
	const { number } = await approve({ target, title: 'Housekeeping that is kept although red', bundle: { folder: 'db' } });
	const olga = await enter('olga');
	await pressExecute(olga, number);
	await confirmExecute(olga);
	const { id: runId } = await runReaches(number, 'awaiting_restore', 180_000);
	const keepOf = (page: typeof olga) => page.getByRole('region', { name: 'Keep the change', exact: true });
	await expect(keepOf(olga)).toContainText('The application’s health check fails.', { timeout: 60_000 });
	await look(olga, 'run-three-ways', { narrow: true });
	await keepOf(olga)
		.getByLabel(/^Turn maintenance mode off/)
		.check();
	await keepOf(olga).getByLabel('Your password').fill(stage().password);
	await keepOf(olga).getByRole('button', { name: 'Keep the change as Operator' }).click();
	await expect(keepOf(olga)).toContainText('Olga Petrov confirmed at');
	const dana = await enter('dana');
	await dana.goto(`/runs/${runId}`);
	await expect(keepOf(dana)).toContainText('Maintenance mode goes off, says the first of the two.');
	await keepOf(dana).getByLabel('Your password').fill(stage().password);
	await keepOf(dana).getByRole('button', { name: 'Keep the change as Database Administrator' }).click();
	for (const page of [olga, dana])
		await expect(page.getByRole('heading', { name: 'Kept with failed checks', exact: true })).toBeVisible({ timeout: 90_000 });
	await expect(truthLine(olga)).toContainText('Committed at');
	await look(olga, 'run-kept', { narrow: true });
	expect(await latestRun(number)).toMatchObject({ status: 'kept', change_status: 'kept', truth: 'committed' });
	expect(await inMaintenance(target)).toBe(false);
	expect(await inTarget(target, `select to_regclass('eng.strategic_directives_v2') is not null as made`)).toEqual([{ made: 't' }]);
	expect(await inConsole('select capacity, maintenance_off from keep_confirmation where run_id = $1 order by capacity', [runId])).toEqual([
		{ capacity: 'dba', maintenance_off: 't' },
		{ capacity: 'operator', maintenance_off: 't' },
	]);
	await olga.goto('/changes');
	await expect(olga.getByRole('row').filter({ hasText: `CHG-${number}` })).toContainText('Kept with failed checks');
});

test('two operators who press Execute at once start one run', async ({ enter }) => {
	test.setTimeout(400_000);
	const { number } = await approve({
		target: 'ehg-production',
		title: 'One table, two operators',
		bundle: { sql: 'create table eng.pressed_once (id int);' },
	});
	const olga = await enter('olga');
	const ines = await enter('ines');
	for (const page of [olga, ines]) await pressExecute(page, number);
	const press = (page: typeof olga) =>
		page
			.getByRole('dialog')
			.getByRole('button', { name: /^Execute on / })
			.click();
	await Promise.all([press(olga), press(ines)]);
	await expect.poll(async () => [olga, ines].filter((page) => /\/runs\//.test(page.url())).length).toBe(1);
	const loser = /\/runs\//.test(olga.url()) ? ines : olga;
	await expect(loser.getByRole('dialog').getByRole('alert')).toContainText(/cannot be executed|another run/i);
	await runReaches(number, 'succeeded');
	expect(await runsOf(number)).toHaveLength(1);
	expect(await inTarget('ehg-production', `select to_regclass('eng.pressed_once') is not null as made`)).toEqual([{ made: 't' }]);
});
