import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { rehearsalNames } from '#lib/domain/target/database-names.ts';
import { removeLeftRehearsals } from '#lib/rehearsal/remove-left.ts';
import { type BundleInput, fileChange, type Setting } from '#tests/support/change.ts';
import { type Cluster, startCluster } from '#tests/support/cluster.ts';
import { askToRehearse, beginRehearsal, readRehearsed, type SeenRehearsal } from '#tests/support/rehearse.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { query } from '#tests/support/sql.ts';
import { loadRoles, rehearsedOn } from './own-server.ts';

const shared = sharedSetting();

let made = 0;

async function rehearse(setting: Setting, manifest: BundleInput['manifest'] = {}): Promise<SeenRehearsal> {
	made += 1;
	const bundle: BundleInput = { files: { '1.sql': `create table eng.made_${made} (id int);` }, manifest };
	const id = await askToRehearse(setting, await fileChange(setting, bundle));
	expect(await beginRehearsal(setting)).toBe(true);
	return readRehearsed(setting, id);
}

describe('on a server of its own', () => {
	let server: Cluster;

	beforeAll(async () => {
		server = await startCluster({ settings: { work_mem: "'8MB'", extra_float_digits: '0' } });
		await loadRoles(shared.place.urlOf('postgres'), server);
	});
	afterAll(() => server?.destroy());

	const elsewhere = (): Setting => rehearsedOn(shared, server);
	const copiesOn = (url: string) => query(url, `select datname from pg_database where datname ~ '^countersign_(rehears|restore)'`);

	test('a rehearsal passes with the settings of the target, names the server, and leaves nothing on either', async () => {
		const [{ of } = { of: '' }] = await shared.place.sql(`select current_setting('work_mem') as of`);
		expect(of).not.toBe('8MB');
		const verifications = [{ name: 'as there', sql: `select current_setting('work_mem')`, expect: { value: String(of) } }];
		const { status, report, failure } = await rehearse(elsewhere(), { verifications });
		expect(failure).toBeNull();
		expect(status).toBe('passed');
		expect(report).toMatchObject({ elsewhere: `127.0.0.1:${server.port}`, transaction: { committed: true } });
		expect(report.notices.map(({ message }) => message).join()).toMatch(/otherwise: .*extra_float_digits.*work_mem.*as the target does/);
		expect(await copiesOn(server.url('postgres'))).toEqual([]);
		expect(await copiesOn(shared.place.urlOf('postgres'))).toEqual([]);
	});

	test('nothing is copied to one whose roles differ; what a worker could not drop there is dropped when one starts', async () => {
		const setting = elsewhere();
		await query(server.url('postgres'), 'alter role analyst_ro rename to analyst; alter role ehg_owner createdb');
		const { id, failure, report } = await rehearse(setting);
		await query(server.url('postgres'), 'alter role analyst rename to analyst_ro; alter role ehg_owner nocreatedb');
		expect(failure).toMatchObject({ code: 'rehearsal_server_differs', part: 'backup' });
		expect(failure?.message).toMatch(/it has no role analyst_ro;.* its role ehg_owner has other attributes/);
		expect(report.backup).toBeNull();

		await query(server.url('postgres'), `create database ${rehearsalNames(id).copy} owner countersign_restore`);
		await removeLeftRehearsals({ store: setting.console.store, target: setting.target });
		expect(await copiesOn(server.url('postgres'))).toEqual([]);
	});

	test('a full disk is told as that: that of the backups, or that of the server; nothing of it is left', async ({ skip }) => {
		const backups = await smallDisk(65_536);
		if (!backups) return skip('a small disk takes root');
		const setting = elsewhere();
		const folder = join(backups, 'dumps');
		const { failure } = await rehearse({ ...setting, target: { ...setting.target, backup: { ...setting.target.backup, folder } } });
		expect(failure).toMatchObject({ code: 'rehearsal_disk_full', part: 'backup' });
		expect(failure?.message).toMatch(/^The backup folder .* has no room left: [\s\S]*No space left on device/);
		expect(await readdir(folder)).toEqual([]);

		// New databases come from template0, and that is on a disk with room for little more.
		const [whole, empty] = await databaseBytes();
		const copies = (await smallDisk(Math.round((empty + whole) / 2))) as string;
		const owner = await stat(server.dataDir);
		await chown(copies, owner.uid, owner.gid);
		const there = (sql: string) => query(server.url('postgres'), sql);
		await there(`create tablespace small location '${copies}'`);
		await there('alter database template0 set tablespace small');
		const { failure: onServer } = await rehearse(elsewhere());
		await there('alter database template0 set tablespace pg_default');
		expect(onServer).toMatchObject({ code: 'rehearsal_disk_full', part: 'restore' });
		expect(onServer?.message).toMatch(new RegExp(`^The rehearsal server 127\\.0\\.0\\.1:${server.port} has no room left: `));
		expect(await copiesOn(server.url('postgres'))).toEqual([]);
		await there('drop tablespace small');
	});

	/** Of the target, and of a database with nothing in it on the other server. */
	async function databaseBytes(): Promise<[number, number]> {
		const [{ whole } = { whole: 0 }] = await shared.place.sql('select pg_database_size(current_database()) as whole');
		const [{ empty } = { empty: 0 }] = await query(server.url('postgres'), `select pg_database_size('template0') as empty`);
		return [Number(whole), Number(empty)];
	}

	/** A disk of that size in memory, mounted until the test is over; null without the right to mount one. */
	async function smallDisk(bytes: number): Promise<string | null> {
		const run = promisify(execFile);
		const folder = await mkdtemp(join(tmpdir(), 'countersign-small-disk-'));
		const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]).catch(() => null);
		onTestFinished(async () => {
			if (mounted) await run('umount', [folder]);
			await rm(folder, { recursive: true });
		});
		return mounted && folder;
	}
});
