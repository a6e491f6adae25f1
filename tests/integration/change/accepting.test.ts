import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { requestChange } from '#lib/change/request-change.ts';
import { bundleOf, expectOk, signAll, targetsOf, tryToFile } from '#tests/support/change.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { openSession } from '#tests/support/sql.ts';
import { readRecord } from '#tests/support/test-console.ts';

const setting = sharedSetting();

describe('a finding that must be accepted', () => {
	const name = 'updates_every_row eng.teams at 1.sql:1:1';
	const bundle = bundleOf({ files: { '1.sql': "update eng.teams set mandate = 'all';" } });
	const filing = async (accepted: string[]) =>
		requestChange({
			store: setting.console.store,
			targets: targetsOf(setting.target),
			actor: await setting.console.actor('rui'),
			request: {
				...{
					target: 'ehg',
					title: 'Accepted by name',
					reason: 'Shows what is accepted.',
					whyNotStaging: 'There is no staging here.',
					risk: 'low',
				},
				responders: [await setting.console.idOf('olga')],
			},
			bundle,
			accepted,
		});

	test('refuses the change until it is accepted by its name, and nothing is stored', async () => {
		for (const accepted of [[], ['updates_every_row eng.teams at 1.sql:2:1']])
			expect(await filing(accepted)).toMatchObject({
				refusal: { code: 'invalid', message: expect.stringContaining('1 finding must be accepted'), findings: [{ severity: 'accept' }] },
			});
		expect(await setting.console.sql("select from change where title = 'Accepted by name'")).toEqual([]);
	});

	test('stands in the digest’s content, in the record and in each signer’s statement', async () => {
		const { changeId, digest } = expectOk(await filing([name, 'no finding of this bundle']));
		await signAll(setting, { changeId, digest, number: 0 });
		const statements = await setting.console.sql<{ accepted: string }>(
			`select convert_from(statement, 'UTF8')::jsonb ->> 'accepted' as accepted from signature where change_id = $1`,
			[changeId],
		);
		expect(statements.map(({ accepted }) => JSON.parse(accepted))).toEqual([[name], [name], [name]]);
		const [stored] = await setting.console.sql<{ content: string; found: string }>(
			`select convert_from(content, 'UTF8') as content, (select f.name || ', ' || f.severity from revision_finding f where f.revision_id = r.id) as found
			 from revision r where change_id = $1`,
			[changeId],
		);
		expect(
			createHash('sha256')
				.update(stored?.content ?? '')
				.digest('hex'),
		).toBe(digest);
		expect(JSON.parse(stored?.content ?? '')).toMatchObject({
			v: 3,
			accepted: [{ name, danger: expect.stringContaining('eng.teams (about 6 rows') }],
		});
		expect(stored?.found).toBe(`${name}, accept`);
		const [filed] = (await readRecord(setting.console)).filter(
			(entry) => entry.kind === 'change.filed' && entry.subject.changeId === changeId,
		);
		expect(filed?.data).toMatchObject({ content: { accepted: [{ name }] } });
	});

	test('may be raised to a block by the deployer, and then nobody accepts it', async () => {
		const strict = { ...setting.target, severities: { updates_every_row: 'blocks' as const } };
		const refused = await tryToFile({ console: setting.console, target: strict }, bundle);
		expect(refused).toMatchObject({
			refusal: { message: expect.stringContaining('1 problem to correct'), findings: [{ severity: 'blocks' }] },
		});
	});
});

test('a rewrite is told with the seconds for each GB that runs and rehearsals of the target measured', async () => {
	const bundle = bundleOf({ files: { '1.sql': 'alter table eng.teams alter column name type varchar(500);' } });
	const said = async () => {
		const [found] = expectOk(await tryToFile(setting, bundle)).findings;
		return found?.message;
	};
	expect(await said()).toContain('was not measured yet');
	// As if the table had had 2 GB, and a run and a rehearsal had taken 10 s and 30 s over it.
	const superuser = await openSession(setting.console.superuserUrl);
	try {
		await superuser.query(
			`set session_replication_role = replica; update revision_finding set bytes = 2000000000 where code = 'rewrites_table';
			 insert into run (change_id, number, revision_id, digest, target, operator_id, requester_id, truth)
			   select c.id, 1, r.id, r.digest, c.target, p.id, c.requester_id, '{}' from change c join revision r on r.change_id = c.id, person p
			   where p.email like 'olga%' and exists (select from revision_finding f where f.revision_id = r.id and f.code = 'rewrites_table');
			 insert into journal_entry (run_id, seq, step, phase, data)
			   select id, 1, 'transaction', 'statement done', '{"file": "1.sql", "line": 1, "ms": 10000}' from run where not exists (select from journal_entry j where j.run_id = run.id);
			 insert into rehearsal (change_id, revision_id, digest, target, status, ended_at, report, report_hash)
			   select change_id, revision_id, digest, target, 'passed', now(), '{"statements": [{"file": "1.sql", "line": 1, "ms": 30000}]}', repeat('0', 64) from run`,
		);
	} finally {
		await superuser.end();
	}
	expect(await said()).toContain('On ehg it was measured to take about 10 s for each GB, so less than 0.1 s here');
});
