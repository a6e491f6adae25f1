import { approve } from './support/approve.ts';
import { inConsole } from './support/databases.ts';
import { fillEditor } from './support/file-change.ts';
import { look } from './support/look.ts';
import { CAST } from './support/people.ts';
import { confirmExecute, openStatement, pressExecute, signStatement, truthLine } from './support/take-through.ts';
import { expect, test } from './support/test.ts';

const SQL = 'create table eng.mottos (id int primary key, words text);\nalter table eng.mottos enable row level security;\n';

test('what has succeeded on staging goes to production with one press, and whoever signs sees that run instead of a reason', async ({
	enter,
}) => {
	test.setTimeout(400_000);
	const { number } = await approve({ target: 'ehg-staging', title: 'Mottos for teams', bundle: { sql: SQL } });
	const olga = await enter('olga');
	await pressExecute(olga, number);
	await expect(olga.getByRole('dialog')).toContainText('This is a staging target');
	await confirmExecute(olga);
	await expect(truthLine(olga)).toHaveText(/^Committed at/, { timeout: 120_000 });
	await expect
		.poll(() => inConsole('select status from change where number = $1', [number]), { timeout: 60_000 })
		.toEqual([{ status: 'succeeded' }]);

	const rui = await enter('rui');
	await rui.goto(`/changes/${number}`);
	await look(rui, 'staging-succeeded');
	await rui.getByRole('button', { name: 'File for ehg-production' }).click();
	await expect(rui).toHaveURL(/\/changes\/new\?draft=/);
	await expect(rui.getByLabel('Target')).toHaveValue('ehg-production');
	await expect(rui.getByText(`The same bundle succeeded on ehg-staging: CHG-${number}, run 1`)).toBeVisible();
	const why = rui.getByLabel('Why not staging');
	await expect(why).toHaveCount(0);
	await look(rui, 'form-staged', { narrow: true });

	const editor = rui.getByRole('textbox', { name: 'change.sql', exact: true });
	await fillEditor(editor, `${SQL}-- one line more\n`);
	await expect(rui.getByText('This bundle has not succeeded on ehg-staging', { exact: false })).toBeVisible();
	await expect(why).toBeVisible();
	await look(rui, 'form-direct');
	await fillEditor(editor, SQL);
	await expect(why).toHaveCount(0);

	await rui.getByLabel('Risk').selectOption('low');
	await rui.getByLabel(CAST.ines).check();
	await rui.getByRole('button', { name: 'File the change' }).click();
	await expect(rui.getByText('Verified from the record')).toBeVisible();
	const filed = Number(/\d+$/.exec(rui.url())?.[0]);
	await look(rui, 'change-staged', { narrow: true });

	for (const [name, seat] of [
		['dana', 'dba'],
		['samir', 'security_officer'],
	] as const) {
		const signer = await enter(name);
		await openStatement(signer, filed, seat);
		await signStatement(signer, seat);
	}
	const charles = await enter('charles');
	await openStatement(charles, filed, 'chairman');
	await expect(charles.getByRole('region', { name: 'What you sign' })).toContainText(
		`I approve execution on production of what succeeded on ehg-staging (CHG-${number}, run 1).`,
	);
	await look(charles, 'sign-staged', { narrow: true });
});
