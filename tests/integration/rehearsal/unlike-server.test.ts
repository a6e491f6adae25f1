import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertAlike } from '#lib/rehearsal/assert-alike.ts';
import { type Major, unpackPostgresql, whyNoPackages } from '#scripts/set-up/postgresql-packages.ts';
import { fileChange } from '#tests/support/change.ts';
import { type Cluster, startCluster } from '#tests/support/cluster.ts';
import { addExtension, mayAddExtensions } from '#tests/support/own-extension.ts';
import { askToRehearse, rehearse, rehearseIt, type SeenRehearsal } from '#tests/support/rehearse.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { query } from '#tests/support/sql.ts';
import { LOGIN_PASSWORD } from '#tests/support/test-target.ts';
import { loadRoles, rehearsedOn } from './own-server.ts';

const shared = sharedSetting();
const NOTHING = { files: { '1.sql': 'select 1;' } };

/** Nothing heavy was done: no backup was taken, and no copy made. */
async function expectNothingDone({ report }: SeenRehearsal, { url }: Cluster): Promise<void> {
	expect(report).toMatchObject({ backup: null, restore: null });
	expect(await readdir(shared.place.backupFolder)).toEqual([]);
	expect(await query(url('postgres'), `select datname from pg_database where datname ~ '^countersign_'`)).toEqual([]);
}

describe('on a server of the same version', () => {
	let server: Cluster;
	beforeAll(async () => {
		server = await startCluster();
		await loadRoles(shared.place.urlOf('postgres'), server);
	});
	afterAll(() => server?.destroy());

	test('an extension that it lacks, or has in another version only, is named with its version', async ({ skip }) => {
		if (!mayAddExtensions(server)) return skip('extensions cannot be put beside those of the server');
		const setting = rehearsedOn(shared, server);
		const names = [`lacking_${process.pid}`, `elder_${process.pid}`];
		const remove = names.map((name) => addExtension(server, { name, sql: 'select 1;' }));
		for (const name of names) await shared.place.sql(`create extension ${name}`);
		const waiting = await askToRehearse(setting, await fileChange(setting, NOTHING));
		for (const one of remove) one();
		// The two clusters have one folder of extensions: what the target made before is not there any more for either.
		const removeNewer = addExtension(server, { name: `elder_${process.pid}`, version: '1.1', sql: 'select 1;' });
		const seen = await rehearseIt(setting, waiting).finally(removeNewer);
		for (const name of names) await shared.place.sql(`drop extension ${name}`);

		expect(seen.failure).toMatchObject({ code: 'rehearsal_server_differs', part: 'backup' });
		expect(seen.failure?.message).toBe(
			`The rehearsal server 127.0.0.1:${server.port} is not like that of ehg: it lacks the extension elder_${process.pid} 1.0 (it has 1.1); it lacks the extension lacking_${process.pid} 1.0.`,
		);
		expect(seen.failure?.instead).toBe(
			'Nothing was copied. The deployer installs the extensions on that server, in the very versions that are named. Then rehearse again.',
		);
		await expectNothingDone(seen, server);
	});

	test('a login that it lacks is named', async () => {
		await query(server.url('postgres'), 'alter role countersign_run rename to somebody');
		const seen = await rehearse(rehearsedOn(shared, server), NOTHING);
		await query(server.url('postgres'), 'alter role somebody rename to countersign_run');
		expect(seen.failure).toMatchObject({ code: 'rehearsal_server_differs', part: 'backup' });
		expect(seen.failure?.message).toMatch(/it has no role countersign_run/);
		await expectNothingDone(seen, server);
	});

	test.each(['run', 'restore'])('a login (%s) whose password it refuses is named, at once', async (login) => {
		const password = (value: string) => query(server.url('postgres'), `alter role countersign_${login} password '${value}'`);
		await password('another');
		const seen = await rehearse(rehearsedOn(shared, server), NOTHING);
		await password(LOGIN_PASSWORD.replaceAll("'", "''"));
		expect(seen.failure).toMatchObject({ code: 'rehearsal_server_lost', part: 'backup' });
		expect(seen.failure?.message).toMatch(
			new RegExp(`^The rehearsal server cannot be used: .* refuses the password of the login countersign_${login}`),
		);
		await expectNothingDone(seen, server);
	});
});

describe('on a server of another major version', () => {
	let server: Cluster | undefined;
	let other: Major;
	let whyNot = whyNoPackages();
	beforeAll(async () => {
		other = (await ownMajor()) === 17 ? 18 : 17;
		const unpacked = whyNot ? null : await unpackPostgresql(other).catch((error: Error) => error);
		if (unpacked instanceof Error) whyNot = unpacked.message;
		else if (unpacked) {
			server = await startCluster({ binDir: unpacked.bin });
			await loadRoles(shared.place.urlOf('postgres'), server);
		}
	});
	afterAll(() => server?.destroy());

	async function ownMajor(): Promise<number> {
		const [row] = await shared.place.sql(`select current_setting('server_version_num')::int / 10000 as major`);
		return Number(row?.major);
	}

	/** How the console says that `there` cannot be for rehearsals of a target on `here`. */
	function refusal(here: number, there: number): { message: RegExp; instead: RegExp } {
		const why = there < here ? 'an older major version may not be able to restore' : 'what works on a newer major version may not work';
		return {
			message: new RegExp(`^The rehearsal server \\S+ has PostgreSQL ${there}\\.\\d+, ehg has ${here}\\.\\d+: ${why} [^;]+\\.$`),
			instead: new RegExp(`^Nothing was copied\\. The deployer names a server of PostgreSQL ${here} `),
		};
	}

	test('a rehearsal is refused, and says why and which version it takes', async ({ skip }) => {
		if (!server) return skip(`no other version of PostgreSQL can be had: ${whyNot}`);
		const seen = await rehearse(rehearsedOn(shared, server), NOTHING);
		const { message, instead } = refusal(await ownMajor(), other);
		expect(seen.failure).toMatchObject({ code: 'rehearsal_server_differs', part: 'backup' });
		expect(seen.failure?.message).toMatch(message);
		expect(seen.failure?.instead).toMatch(instead);
		await expectNothingDone(seen, server);
	});

	test('the other way round too', async ({ skip }) => {
		if (!server) return skip(`no other version of PostgreSQL can be had: ${whyNot}`);
		const { connection } = shared.target;
		const target = { ...shared.target, connection: { ...connection, port: server.port, database: 'postgres' } };
		const asked = { runId: 'of a test', signal: new AbortController().signal };
		const refused = await assertAlike({ target, place: shared.target }, asked).catch((error: unknown) => error);
		const { message, instead } = refusal(other, await ownMajor());
		expect(refused).toMatchObject({ failure: { code: 'rehearsal_server_differs', message: expect.stringMatching(message) } });
		expect(refused).toMatchObject({ failure: { instead: expect.stringMatching(instead) } });
	});
});
