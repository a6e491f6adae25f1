import type { Page, Request } from '@playwright/test';
import { openSession } from '#tests/support/sql.ts';
import { stage } from './stage/stage.ts';
import { approve } from './support/approve.ts';
import { inConsole, runsOf } from './support/databases.ts';
import { look } from './support/look.ts';
import { pressExecute } from './support/take-through.ts';
import { expect, test } from './support/test.ts';

test('an auditor sees everything and can press nothing, and a forged request is refused', async ({ enter }) => {
	test.setTimeout(400_000);
	const { number } = await approve({
		target: 'ehg-production',
		title: 'Not for the auditor',
		bundle: { sql: 'create table eng.forged (id int);\nalter table eng.teams add forged int;' },
	});
	const forgotten = await openSession(stage().targets['ehg-production'].database);
	await forgotten.query('begin; select from eng.teams');
	const aude = await enter('aude');
	await aude.goto(`/changes/${number}`);
	await expect(aude.getByRole('heading', { name: 'Not for the auditor', level: 1 })).toBeVisible();
	const acts = /^(Sign as|Refuse|Revise|Withdraw|Execute|I am standing by|Revoke)/;
	await expect(aude.getByRole('button', { name: acts })).toHaveCount(0);
	await expect(aude.getByRole('link', { name: acts })).toHaveCount(0);
	for (const path of ['/changes/new', `/changes/${number}/revise`, `/changes/${number}/sign?seat=dba`]) {
		await aude.goto(path);
		await expect(aude.getByRole('heading', { level: 1 })).toBeVisible();
		await expect(aude.getByRole('button', { name: /^(File|Sign as|Refuse as)/ })).toHaveCount(0);
	}

	expect((await aude.request.get(`/api/changes/${number}/preflight`)).status()).toBe(403);

	const olga = await enter('olga');
	await pressExecute(olga, number);
	const inTheWay = olga.getByRole('dialog').getByRole('region', { name: 'ehg-production right now' });
	await expect(async () => {
		await inTheWay.getByRole('button', { name: 'Ask again' }).click();
		await expect(inTheWay).toContainText('it holds AccessShareLock on eng.teams, which statement 2 (', { timeout: 3_000 });
	}).toPass();
	await expect(inTheWay).toContainText(/Disk of the database · clear · [\d.]+ .B free; the run needs room for a copy of the database/);
	await look(olga, 'execute-in-the-way', { narrow: true });
	await forgotten.end();
	await inTheWay.getByRole('button', { name: 'Ask again' }).click();
	await expect(inTheWay).toContainText('Transactions · clear');
	const execute = await catchExecute(olga, number);
	const forged = await replay(aude, execute, stage().url);
	expect(await forged.text()).toContain('You do not have the role Operator.');
	const foreign = await replay(olga, execute, 'https://elsewhere.example');
	expect(await foreign.text()).not.toContain('/runs/');
	expect(await runsOf(number)).toEqual([]);
	expect(await inConsole('select status from change where number = $1', [number])).toEqual([{ status: 'approved' }]);
});

/** What the operator's browser sends at the second press, kept from arriving. */
async function catchExecute(page: Page, number: number): Promise<Request> {
	await pressExecute(page, number);
	const caught = page.waitForRequest((request) => request.method() === 'POST' && 'next-action' in request.headers());
	await page.route('**/*', (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 204 }) : route.continue()));
	await page
		.getByRole('dialog')
		.getByRole('button', { name: /^Execute on / })
		.click();
	const request = await caught;
	await expect(page.getByRole('dialog').getByRole('alert')).toContainText('The console did not answer.');
	await page.unrouteAll();
	return request;
}

/** The same request with another person's session and origin. */
function replay(page: Page, request: Request, origin: string) {
	const { 'next-action': action = '', 'content-type': type = '', 'next-router-state-tree': tree = '' } = request.headers();
	return page.request.post(request.url(), {
		headers: { 'next-action': action, 'content-type': type, 'next-router-state-tree': tree, origin },
		data: request.postDataBuffer() ?? '',
	});
}
