import { stage } from './stage/stage.ts';
import { inConsole, inMaintenance, inTarget, latestRun, misbehave, runReaches, runsOf } from './support/databases.ts';
import { look } from './support/look.ts';
import { approve, confirmExecute, pressExecute, truthLine } from './support/take-through.ts';
import { expect, test } from './support/test.ts';

test('a run outside the window ends rolled back with the reason, and touches neither database nor application', async ({ enter }) => {
	const target = 'ehg-production-nightly';
	const sql = 'create table eng.after_hours (id int);';
	const { number } = await approve(enter, { target, title: 'A table after hours', bundle: { sql } });
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
	const team = await approve(enter, { target, title: 'Housekeeping that turns the application red', bundle: { folder: 'db' } });
	const olga = await enter('olga');
	await pressExecute(olga, team.number);
	await confirmExecute(olga);
	await expect(olga.getByRole('heading', { name: /^A decision is needed/ })).toBeVisible({ timeout: 90_000 });
	await expect(truthLine(olga)).toContainText('Committed at');
	const { id: runId } = await runReaches(team.number, 'awaiting_restore');
	await expect(olga.getByText(/stands ready beside the live database, as countersign_scratch_/)).toBeVisible();
	expect(await inMaintenance(target)).toBe(true);
	expect(await inTarget(target, 'select run_id from countersign.marker')).toEqual([{ run_id: runId }]);
	await look(olga, 'run-awaiting-restore');

	await olga.getByLabel('Your password').fill(stage().password);
	await olga.getByRole('button', { name: 'Confirm restore as Operator' }).click();
	await expect(olga.getByText(/Olga Petrov confirmed at/)).toBeVisible();
	expect((await latestRun(team.number)).status).toBe('awaiting_restore');
	await team.dana.goto('/');
	await team.dana.getByRole('link', { name: `Decide CHG-${team.number}` }).click();
	await team.dana.getByLabel('Your password').fill(stage().password);
	await team.dana.getByRole('button', { name: 'Confirm restore as Database Administrator' }).click();

	for (const page of [olga, team.dana])
		await expect(page.getByRole('heading', { name: 'Restored', exact: true })).toBeVisible({ timeout: 90_000 });
	await look(olga, 'run-restored');
	expect(await latestRun(team.number)).toMatchObject({ status: 'restored', change_status: 'restored', truth: 'restored' });
	await olga.goto('/targets');
	await expect(olga.getByText(/^countersign_failed_/)).toBeVisible();
	await expect(olga.getByRole('link', { name: `CHG-${team.number}, run 1` })).toBeVisible();
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
});

test('two operators who press Execute at once start one run', async ({ enter }) => {
	test.setTimeout(400_000);
	const { number, ines } = await approve(enter, {
		target: 'ehg-production',
		title: 'One table, two operators',
		bundle: { sql: 'create table eng.pressed_once (id int);' },
	});
	const olga = await enter('olga');
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
