import { readFileSync } from 'node:fs';
import type { Request } from '@playwright/test';
import { stage } from './stage/stage.ts';
import { approve } from './support/approve.ts';
import { inConsole, inTarget, latestRun, runReaches } from './support/databases.ts';
import { fileChange } from './support/file-change.ts';
import { look } from './support/look.ts';
import { confirmExecute, pressExecute, truthLine } from './support/take-through.ts';
import { expect, test } from './support/test.ts';

test('inbox, list, change and sign page move by themselves, and the tabs of a browser share one stream', async ({ enter }) => {
	const mei = await enter('mei');
	const inbox = await enter('dana');
	const open = new Set<Request>();
	inbox.context().on('request', (request) => {
		if (request.url().endsWith('/api/live')) open.add(request);
	});
	// The page of before may open its stream late: it ends with that page.
	inbox.context().on('requestfinished', (request) => open.delete(request));
	inbox.context().on('requestfailed', (request) => open.delete(request));
	await inbox.reload();
	const list = await inbox.context().newPage();
	await list.goto('/changes');
	await expect(list.getByText(/^Live · as of/)).toBeVisible();
	const title = 'Seen by whoever looks';
	const number = await fileChange(mei, { target: 'ehg-production', title, bundle: { sql: 'create table eng.seen_live (id int);' } });
	await expect(inbox.getByRole('link', { name: `Read and sign CHG-${number}` })).toBeVisible();
	await list.bringToFront();
	await expect(list.getByRole('link', { name: title })).toBeVisible();

	const change = await inbox.context().newPage();
	await change.goto(`/changes/${number}`);
	await expect(change.getByText('Waiting for the Database Administrator').first()).toBeVisible();
	const signing = await inbox.context().newPage();
	await signing.goto(`/changes/${number}/sign?seat=dba`);
	await expect(signing.getByRole('button', { name: 'Sign as Database Administrator' })).toBeVisible();
	await mei.getByRole('button', { name: 'Withdraw…' }).click();
	const dialog = mei.getByRole('dialog');
	await dialog.getByLabel('Why').fill('Not needed any more.');
	await dialog.getByRole('button', { name: 'Withdraw' }).click();
	await expect(signing.getByText('You cannot sign here now')).toBeVisible();
	await change.bringToFront();
	await expect(change.getByText('Withdrawn', { exact: true }).first()).toBeVisible();
	expect(await inConsole('select status from change where number = $1', [number])).toEqual([{ status: 'withdrawn' }]);
	await expect.poll(() => open.size, 'streams that are open').toBe(1);
});

test('Abort with a session that has ended asks for the password in its place, and aborts', async ({ enter }) => {
	test.setTimeout(400_000);
	const sql = 'create table eng.aborted_late (id int);\nselect pg_sleep(250);';
	const { number } = await approve({ target: 'ehg-production', title: 'Aborted after an idle hour', bundle: { sql } });
	const olga = await enter('olga', { phone: true });
	const logged = readFileSync(stage().log, 'utf8').length;
	await pressExecute(olga, number);
	await confirmExecute(olga);
	await expect(olga.getByText(/pg_sleep/).first()).toBeVisible({ timeout: 90_000 });
	await inConsole(`update session set revoked_at = now() where person_id = (select id from person where email like 'olga%')`);
	const abort = olga.getByRole('button', { name: 'Abort…' });
	await olga.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
	await expect(abort).toBeInViewport();
	expect((await abort.boundingBox())?.height).toBeGreaterThanOrEqual(44);
	await abort.click();
	const dialog = olga.getByRole('dialog');
	await dialog.getByRole('button', { name: 'Abort the run' }).click();
	await dialog.getByLabel(/^Password of olga/).fill(stage().password);
	await dialog.getByRole('button', { name: 'Abort the run' }).click();
	await runReaches(number, 'rolled_back');
	await olga.reload();
	await expect(truthLine(olga)).toContainText('Nothing committed');
	expect(await latestRun(number)).toMatchObject({ status: 'rolled_back', truth: 'nothing_committed' });
	expect(await inTarget('ehg-production', `select to_regclass('eng.aborted_late') as made`)).toEqual([{ made: null }]);
	expect(errorsSince(logged), 'what people decide is no error of the console').toEqual([]);
});

/** What the console's log says at level error after so many characters; whatever is no line of ours counts, except what Next says of itself. */
function errorsSince(characters: number): string[] {
	const lines = readFileSync(stage().log, 'utf8').slice(characters).split('\n');
	return lines.filter((line) => /"level":"(error|fatal)"/.test(line) || /^\s*(⨯|\w*Error\b)/.test(line));
}

test('an operator arms a start on a phone, the calendar shows it, and one press disarms it', async ({ enter }) => {
	const { number } = await approve({
		target: 'ehg-production-nightly',
		title: 'Started while nobody is awake',
		bundle: { sql: 'create table eng.armed (id int);' },
	});
	const olga = await enter('olga', { phone: true });
	await olga.goto(`/changes/${number}`);
	await olga.getByRole('button', { name: 'Start later…' }).click();
	await olga.getByRole('dialog').getByRole('button', { name: 'Arm the start' }).click();
	await expect(olga.getByText(/^Starts by itself at/)).toBeVisible();
	await look(olga, 'change-armed');
	const dana = await enter('dana');
	await dana.goto('/calendar');
	await expect(dana.getByRole('link', { name: `CHG-${number} · Started while nobody is awake` })).toBeVisible();
	await olga.getByRole('button', { name: 'Disarm' }).click();
	await expect(olga.getByText('Disarmed. The change does not start by itself.').last()).toBeVisible();
	await expect(dana.getByRole('link', { name: `CHG-${number} · Started while nobody is awake` })).toBeHidden();
	expect(await inConsole(`select ended_how as how from armed_start`)).toEqual([{ how: 'disarmed' }]);
});
