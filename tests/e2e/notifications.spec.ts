import type { Page } from '@playwright/test';
import { stage } from './stage/stage.ts';
import { inConsole } from './support/databases.ts';
import { fileChange } from './support/file-change.ts';
import { look } from './support/look.ts';
import { expect, test } from './support/test.ts';

const SQL = { sql: 'create table eng.told (id int);' };
const TURN = 'Your turn to sign, by mail';

test('a mail leads to what waits, until its reader wants no more of them', async ({ enter, arrive, expectComplaint }) => {
	// A mail may run no script on the catcher's page: neither may what Playwright looks into it with.
	expectComplaint(/frame is sandboxed/);
	const rui = await enter('rui');
	const first = await fileChange(rui, { target: 'ehg-production', title: 'Told by mail', bundle: SQL });
	const dana = await enter('dana');
	await openMail(dana, `Your turn to sign CHG-${first} as Database Administrator: Told by mail`, 'dana.brandt@ehg.example');
	await dana
		.frameLocator('iframe')
		.getByRole('link', { name: `Read CHG-${first} and decide` })
		.click();
	await expect(dana.getByRole('heading', { level: 1 })).toHaveText(/^Sign as Database Administrator/);

	await dana.locator('summary', { hasText: 'Account: Dana Brandt' }).click();
	await dana.getByRole('link', { name: 'Notifications' }).click();
	await expect(dana.getByRole('heading', { name: 'Notifications', level: 1 })).toBeVisible();
	await expect(dana.getByText('Off in this console: Chat, Webhook')).toBeVisible();
	await look(dana, 'notifications');
	await dana.getByRole('checkbox', { name: TURN }).uncheck();
	await dana.getByRole('button', { name: 'Save' }).click();
	await expect(dana.getByText('Saved.').first()).toBeVisible();
	await dana.reload();
	await expect(dana.getByRole('checkbox', { name: TURN })).not.toBeChecked();
	await expect(dana.getByRole('checkbox', { name: 'Run ended, by mail' })).toBeChecked();

	const second = await fileChange(rui, { target: 'ehg-production', title: 'Not told to Dana', bundle: SQL });
	const outside = await arrive();
	await openMail(outside, `Your turn to sign CHG-${second} as Database Administrator: Not told to Dana`, 'dario.conti@ehg.example');
	const sent = await inConsole<{ name: string }>(
		`select p.name from delivery d join person p on p.id = d.person_id where d.message->>'change' = $1`,
		[`CHG-${second}`],
	);
	expect(sent).toEqual([{ name: 'Dario Conti' }]);
	await dana.getByRole('checkbox', { name: TURN }).check();
	await dana.getByRole('button', { name: 'Save' }).click();
	await expect(dana.getByText('Saved.').first()).toBeVisible();
});

test('deliveries are for administrators', async ({ enter, expectComplaint }) => {
	expectComplaint(/status of 404/);
	const dana = await enter('dana');
	expect((await dana.goto('/settings/deliveries'))?.status()).toBe(404);
	await inConsole(
		`insert into delivery (entry_seq, notice, road, message, state, attempts, last_error, ended_at)
		 values (1, 'alert', 'alert', '{"text": "CHG-1 on ehg-production: unknown."}', 'failed', 17, 'POST [redacted] answered 503', now())`,
	);
	const ada = await enter('ada');
	await ada.goto('/settings/notifications');
	await ada.getByRole('link', { name: 'Deliveries' }).click();
	await expect(ada.getByText('CHG-1 on ehg-production: unknown.')).toBeVisible();
	await expect(ada.getByText('POST [redacted] answered 503')).toBeVisible();
	await look(ada, 'deliveries');
	await inConsole(`delete from delivery where notice = 'alert' and attempts = 17`);
});

/** Opens a mail of the catcher's page, once it is there. */
async function openMail(page: Page, subject: string, to: string): Promise<void> {
	const row = page.getByRole('listitem').filter({ hasText: to }).filter({ hasText: subject });
	await expect(async () => {
		await page.goto(stage().mails);
		await expect(row).toBeVisible({ timeout: 1_000 });
	}).toPass({ timeout: 60_000 });
	await row.getByRole('link').click();
	await expect(page.getByRole('heading', { level: 1, name: subject })).toBeVisible();
}
