import { stage } from './stage/stage.ts';
import { inConsole } from './support/databases.ts';
import { acceptFindings, submitChange, writeSql } from './support/file-change.ts';
import { look } from './support/look.ts';
import { signStatement } from './support/take-through.ts';
import { expect, test } from './support/test.ts';

const TARGET = 'ehg-production';
const DESTRUCTIVE = `drop table eng.strategic_directives cascade;
drop materialized view views.venture_metrics_monthly;
truncate vh.venture_metrics;
delete from eng.decision_log;
update vh.ventures set name = 'x';
grant select on eng.teams to public;
alter table vh.ventures add column note varchar(20);
do $$ begin perform 1; end $$;
`;

test('a signer on a phone sees first what a destructive change can lose, and again beside the button', async ({ enter }) => {
	const rui = await enter('rui');
	await submitChange(rui, { target: TARGET, title: 'A little tidying', bundle: { sql: DESTRUCTIVE } });
	await expect(rui.getByText('7 findings must be accepted by name before this can be filed. Nothing was stored.').first()).toBeVisible();
	await look(rui, 'form-accepting', { narrow: true });
	await acceptFindings(rui);
	await expect(rui).toHaveURL(/\/changes\/\d+$/);
	const number = Number(/\d+$/.exec(rui.url())?.[0]);
	await expect(rui.getByRole('region', { name: 'This change can lose data' })).toContainText(
		'Drops 1 table with everything that depends on it',
	);
	await look(rui, 'change-destructive', { narrow: true });
	await rui.getByRole('link', { name: 'Rehearsal' }).click();
	await rui.getByRole('button', { name: 'Rehearse' }).click();
	await expect(rui.getByText('Passed', { exact: true }).first()).toBeVisible({ timeout: 90_000 });
	await expect(
		rui.getByRole('region', { name: 'Rows before and after' }).getByRole('row').filter({ hasText: 'eng.decision_log_2024' }),
	).toContainText('0');
	await look(rui, 'rehearsal-passed', { narrow: true });

	const dana = await enter('dana', { phone: true });
	await dana.goto(`/changes/${number}/sign?seat=dba`);
	const harm = dana.getByRole('region', { name: 'This change can lose data' });
	await expect(harm).toBeInViewport();
	await expect(harm).toContainText('constraint decision_log_directive_id_fkey on eng.decision_log');
	await expect(harm).toContainText(/eng\.decision_log ?about [\d,]+ rows, [\d.]+ [kM]B/);
	await expect(harm).toContainText('Gives privileges on 1 table to everybody (PUBLIC)');
	// What can lose data stands above all else that is said.
	const tops = await Promise.all(
		[harm, dana.getByRole('region', { name: 'In words' }), dana.getByRole('region', { name: 'What you sign' })].map(
			async (part) => (await part.boundingBox())?.y ?? 0,
		),
	);
	expect(tops).toEqual(tops.toSorted((a, b) => a - b));
	// squawk was asked too.
	await dana.getByText('1 note', { exact: true }).click();
	await expect(dana.getByRole('region', { name: 'What the review found' })).toContainText(
		'Changing the size of a `varchar` field requires',
	);
	// She signs what the requester accepted, by name.
	await expect(dana.getByRole('region', { name: 'What you sign' })).toContainText('empties_table vh.venture_metrics at change.sql:3:1');
	await expect(dana.getByRole('region', { name: 'Rehearsal' })).toContainText(
		/blocks reads and writes of .+ for [\d.]+ m?s, and \d+ more relations/,
	);
	await expect(dana.getByRole('main')).toContainText('no smoke tests, no verifications');
	const locks = dana.getByRole('region', { name: 'Tables it uses, and their locks' });
	await expect(locks).toContainText(
		'Blocks reads and writes until COMMIT · the SQL does not say so: it goes with what falls or is emptied',
	);
	// The way to the signature is under the thumb from the first screen on.
	const toSignature = dana.getByRole('link', { name: 'Sign as Database Administrator…' });
	await expect(toSignature).toBeInViewport();
	expect((await toSignature.boundingBox())?.height).toBeGreaterThanOrEqual(44);
	await look(dana, 'sign-destructive', { narrow: true });
	await dana.screenshot({ path: 'test-results/screenshots/sign-destructive-first-screen.png' });

	await dana.getByRole('link', { name: 'change.sql' }).click();
	await expect(dana.getByRole('region', { name: /^SQL of/ })).toContainText('truncate vh.venture_metrics');
	await toSignature.click();
	const decide = dana.getByRole('region', { name: 'Your signature' });
	await expect(decide.getByRole('button', { name: 'Sign as Database Administrator' })).toBeInViewport();
	await expect(decide).toContainText('This change can lose data: drops 1 table with everything that depends on it (CASCADE)');
	await dana.screenshot({ path: 'test-results/screenshots/sign-destructive-decide.png' });

	await dana.goto(`/changes/${number}/sign?seat=dba&decision=refuse`);
	await dana.getByRole('textbox', { name: 'Why' }).fill('Not without a copy of the directives.');
	await dana.getByLabel(/password/i).fill(stage().password);
	await dana.getByRole('button', { name: 'Refuse as Database Administrator' }).click();
	await expect(dana.getByText(/^Refused\./).last()).toBeVisible();
});

test('a signer of a new revision sees what differs from the one that was refused, and a harmless change looks harmless', async ({
	enter,
}) => {
	const [refused] = await inConsole<{ number: string }>(
		`select number from change where title = 'A little tidying' and status = 'rejected'`,
	);
	const number = Number(refused?.number);
	const rui = await enter('rui');
	await rui.goto(`/changes/${number}/revise`);
	await rui.getByRole('button', { name: 'Remove change.sql' }).click();
	await expect(rui.getByText('Removed: change.sql')).toBeVisible();
	await writeSql(rui, 'change.sql', 'alter table vh.ventures add column note text;\n');
	await rui.getByRole('button', { name: /^File revision/ }).click();
	await expect(rui).toHaveURL(/\/changes\/\d+$/);
	const dana = await enter('dana', { phone: true });
	await dana.goto(`/changes/${number}/sign?seat=dba`);
	const differences = dana.getByRole('region', { name: 'What differs from revision 1' });
	await expect(differences).toContainText('refused revision 1 as Database Administrator: “Not without a copy of the directives.”');
	await expect(differences.getByRole('listitem').filter({ hasText: 'change.sql' })).toContainText('−8');
	await expect(dana.getByRole('region', { name: 'This change can lose data' })).toHaveCount(0);
	await expect(dana.getByText('this change drops, empties or overwrites no table as a whole')).toBeVisible();
	await look(dana, 'sign-revised', { narrow: true });
	await signStatement(dana, 'dba');
});
