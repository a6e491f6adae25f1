import { approve } from './support/approve.ts';
import { inTarget } from './support/databases.ts';
import { fileChange } from './support/file-change.ts';
import { look } from './support/look.ts';
import { pressExecute } from './support/take-through.ts';
import { expect, test } from './support/test.ts';

const TARGET = 'ehg-production';

test('a rehearsal moves under the eyes of whoever asked for it, can be stopped, and a leak reads the same on a signer’s phone', async ({
	enter,
}) => {
	const [secret] = await inTarget(TARGET, `select min(id)::text as id from eng.directives_sensitive where classification = 'secret'`);
	const rui = await enter('rui');
	const slow = await fileChange(rui, { target: TARGET, title: 'A change that takes its time', bundle: { sql: 'select pg_sleep(200);' } });
	await rui.goto(`/changes/${slow}?tab=rehearsal`);
	await rui.getByRole('button', { name: 'Rehearse' }).click();
	const parts = rui.getByRole('list', { name: 'Parts of the rehearsal' });
	await expect(parts.getByRole('listitem').filter({ hasText: 'Apply the change' })).toContainText('under way', { timeout: 90_000 });
	await expect(parts.getByRole('listitem').filter({ hasText: 'Take a backup' })).toContainText('done');
	await look(rui, 'rehearsal-running', { narrow: true });
	await rui.getByRole('button', { name: 'Stop the rehearsal' }).click();
	await expect(rui.getByText('Rui Almeida stopped this rehearsal.')).toBeVisible();

	const sql = `select 1;\ncreate policy one_more on eng.directives_sensitive for select to analyst_ro\n  using (id = ${String(secret?.id)});\n`;
	const number = await fileChange(rui, { target: TARGET, title: 'One more directive for analysts', bundle: { sql } });
	await rui.goto(`/changes/${number}?tab=rehearsal`);
	await rui.getByRole('button', { name: 'Rehearse' }).click();
	const message = 'analyst_ro now sees 1 row of eng.directives_sensitive that it did not see before.';
	await expect(rui.getByText(message)).toBeVisible({ timeout: 120_000 });
	await expect(rui.getByText(/^It failed .+: change\.sql, line 2$/)).toBeVisible();
	const seen = rui.getByRole('region', { name: 'Who sees which rows' });
	await expect(seen.getByRole('row').filter({ hasText: 'analyst_ro' }).first()).toContainText('1 row newly visible');
	await look(rui, 'rehearsal-failed', { narrow: true });

	const dana = await enter('dana', { phone: true });
	await dana.goto(`/changes/${number}/sign?seat=dba`);
	await expect(dana.getByRole('region', { name: 'Rehearsal' })).toContainText(message);
	await look(dana, 'sign-rehearsal-failed', { narrow: true });
});

test('a signer reads what passed and what got worse, and the change page names what others have changed since', async ({ enter }) => {
	const rui = await enter('rui');
	const sql = 'alter table eng.decision_log drop constraint decision_log_pkey;';
	const number = await fileChange(rui, { target: TARGET, title: 'No key for the log of decisions', bundle: { sql } });
	await rui.goto(`/changes/${number}?tab=rehearsal`);
	await rui.getByRole('button', { name: 'Rehearse' }).click();
	await expect(rui.getByText('Passed', { exact: true }).first()).toBeVisible({ timeout: 90_000 });
	const plans = rui.getByRole('region', { name: 'How queries are planned' });
	const worse = plans.getByRole('listitem').filter({ hasText: 'a decision by its number' });
	await expect(worse).toContainText('eng.decision_log_2024 is read as a whole, before by decision_log_2024_pkey');
	await worse.getByText('Both plans').click();
	await expect(worse.getByRole('region', { name: /^Before/ })).toContainText('Index Scan using decision_log_2024_pkey');
	await look(rui, 'rehearsal-plans', { narrow: true });

	const dana = await enter('dana', { phone: true });
	await dana.goto(`/changes/${number}/sign?seat=dba`);
	const short = dana.getByRole('region', { name: 'Rehearsal' });
	await expect(short).toContainText('a decision by its number: eng.decision_log_2024 is read as a whole');
	await expect(short).toContainText('none of the target’s readers sees what was hidden from them');
	await look(dana, 'sign-rehearsal-passed', { narrow: true });

	await inTarget(TARGET, 'alter table eng.teams add column drifted text');
	// What the target answered to the page before counts for half a minute.
	await expect(async () => {
		await dana.goto(`/changes/${number}`);
		await expect(dana.getByText(`${TARGET} has changed since this revision was filed`)).toBeVisible({ timeout: 5_000 });
	}).toPass({ timeout: 90_000 });
	await expect(dana.getByText(/eng\.teams\.drifted is new/)).toBeVisible();
	await look(dana, 'change-drifted', { narrow: true });
	await inTarget(TARGET, 'alter table eng.teams drop column drifted');
});

test('an operator sees before executing why the window does not fit, also where a part of the page cannot be loaded', async ({
	enter,
	expectComplaint,
}) => {
	const { number } = await approve({
		target: 'ehg-production-nightly',
		title: 'No room for a restore',
		bundle: { sql: 'create table eng.no_room (id int);' },
	});
	const olga = await enter('olga', { phone: true });
	await pressExecute(olga, number);
	const dialog = olga.getByRole('dialog');
	await expect(dialog).toContainText('The window is too short');
	await expect(dialog).toContainText('The next window is 2 h long, and a restore may need 3 h');
	await look(olga, 'execute-no-room', { narrow: true });

	// As after a newer console took this one's place: the scripts that a page still wants are gone.
	await olga.reload();
	expectComplaint(/Failed to load resource|ChunkLoadError|Loading chunk/);
	await olga.route('**/_next/static/chunks/**', (route) => route.abort());
	await olga.getByRole('button', { name: /^Execute/ }).click();
	await expect(dialog).toContainText('This part of the page could not be loaded');
	await expect(dialog).toContainText('The window is too short');
});
