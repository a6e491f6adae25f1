import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { restoreNames, scratchName, standbyName } from '#lib/domain/target/database-names.ts';
import { backupName } from '#lib/gates/backup-name.ts';
import { log } from '#lib/log.ts';
import { closeTarget, connectTarget, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { readIdentity } from '#lib/postgres/connection/identity.ts';
import { takeRunLock } from '#lib/postgres/sessions/activity.ts';
import { summarizeEntry } from '#lib/record/summarize-entry.ts';
import { removeOrphans } from '#lib/run/leftovers/remove-orphans.ts';
import { openStore } from '#lib/store/client.ts';
import { openQueue } from '#lib/store/queue.ts';
import { startWorker } from '#lib/worker/worker.ts';
import { approvedChange, execute, expectOk, readRun, runBundle, runToEnd, type Setting, targetsOf } from '#tests/support/change.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { NO_ROADS } from '#tests/support/roads/no-roads.ts';
import { openSession, query, until } from '#tests/support/sql.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { LOGIN_PASSWORD, openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

const BUNDLE = { files: { '1.sql': 'create table eng.made (id int)' } };
let console_: TestConsole;
let place: TestTarget;
let setting: Setting;
let logged: { mock: { calls: unknown[][] } };

beforeAll(async () => {
	console_ = await openTestConsole();
});
afterAll(() => console_?.close());
beforeEach(async () => {
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
	logged = vi.spyOn(log, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
	vi.restoreAllMocks();
	await console_.sql(`update run set status = 'restored' where status in ('queued', 'running', 'awaiting_restore', 'restoring')`);
	await place?.close();
});

const remove = (store = console_.store, signal = new AbortController().signal) =>
	removeOrphans({ store, targets: targetsOf(setting.target), signal });

const removals = async (runId: string) =>
	(await readRecord(console_)).filter((e) => e.kind === 'run.leftover_removed' && e.subject.runId === runId).map(({ data }) => data);

async function databases(): Promise<string[]> {
	return (await place.sql<{ name: string }>('select datname as name from pg_database')).map(({ name }) => name);
}

async function makeDatabase(name: string): Promise<string> {
	await place.sql(`create database ${name} owner countersign_restore`);
	dropAtTheEnd(name);
	return name;
}

/** The target itself is gone by then. */
function dropAtTheEnd(name: string): void {
	const url = place.urlOf('postgres');
	onTestFinished(async () => void (await query(url, `drop database if exists ${name} with (force)`)));
}

async function openSessionAs(login: 'run' | 'backup' | 'restore', applicationName: string): Promise<TargetClient> {
	const client = await connectTarget({ target: setting.target, login, database: 'postgres', applicationName });
	onTestFinished(() => closeTarget(client));
	return client;
}

async function sessions(runId: string): Promise<string[]> {
	const rows = await place.sql<{ name: string }>(
		`select application_name as name from pg_stat_activity where application_name like '%${runId}' order by 1`,
	);
	return rows.map(({ name }) => name);
}

function makeDump(runId: string, target = setting.target.name): string {
	const folder = join(place.backupFolder, backupName(target, runId));
	mkdirSync(folder);
	return folder;
}

type Left = { databases: string[]; folder: string; session: string };

/** One of everything that a run can leave: the three databases that it may make, a dump that was never finished, and a session. */
async function leaveEverything(runId: string): Promise<Left> {
	const names = [scratchName(runId), standbyName(runId), restoreNames(runId).replacement];
	for (const name of names) await makeDatabase(name);
	const session = `countersign lock ${runId}`;
	await openSessionAs('backup', session);
	return { databases: names, folder: makeDump(runId), session };
}

async function expectAllThere(runId: string, left: Left): Promise<void> {
	expect(await databases()).toEqual(expect.arrayContaining(left.databases));
	expect(existsSync(left.folder)).toBe(true);
	expect(await sessions(runId)).toContain(left.session);
	expect(await removals(runId)).toEqual([]);
}

test('a database that could not be dropped when its run ended goes at the next start; two workers that start at once record it once', async () => {
	setting = { console: console_, target: place.define((definition) => Object.assign(definition, { wayBack: 'scratch_restore' })) };
	const change = await approvedChange(setting, BUNDLE);
	const pause = await pauseAt(console_, { step: 'way back', phase: 'passed' });
	const { runId } = expectOk(await execute(setting, change));
	const ending = runToEnd(setting, runId);
	await pause.reached();
	const scratch = scratchName(runId);
	dropAtTheEnd(scratch);
	// Nobody can drop a database with a prepared transaction.
	await place.sql(`alter database ${scratch} allow_connections true`);
	await query(place.urlOf(scratch), `begin; create table public.held (); prepare transaction 'held'`);
	await pause.release();
	expect(await ending).toMatchObject({ status: 'succeeded' });
	expect(await databases()).toContain(scratch);

	const dump = makeDump(runId);
	await remove();
	expect(await databases()).toContain(scratch);
	expect(logged.mock.calls.join()).toContain(scratch);
	expect(await removals(runId)).toEqual([{ folder: dump }]);

	await query(place.urlOf(scratch), `rollback prepared 'held'`);
	const other = openStore(console_.appUrl);
	onTestFinished(() => other.$disconnect());
	await Promise.all([remove(), remove(other)]);
	expect(await databases()).not.toContain(scratch);
	expect(await removals(runId)).toEqual([{ folder: dump }, { database: scratch }]);
});

test('a session that a run left behind is ended, and its lock is free for the next', async () => {
	const { runId } = await runBundle(setting, BUNDLE);
	const identity = await withTarget({ target: setting.target, login: 'backup' }, readIdentity);
	const holder = await openSessionAs('backup', `countersign lock ${runId}`);
	expect(await takeRunLock(holder, identity)).toBe(true);
	await openSessionAs('run', `countersign run ${runId}`);
	await remove();
	expect(await sessions(runId)).toEqual([]);
	expect(await takeRunLock(await openSessionAs('backup', 'countersign tests'), identity)).toBe(true);
	expect(await removals(runId)).toEqual([{ session: `countersign run ${runId}` }, { session: `countersign lock ${runId}` }]);
});

test('a dump that no run kept goes, and the backup that the run kept stays, wherever the folder is now', async () => {
	const { runId, backup } = await runBundle(setting, BUNDLE);
	const kept = backup?.folder ?? '';
	const unfinished = join(dirname(kept), backupName(setting.target.name, runId));
	cpSync(kept, unfinished, { recursive: true });
	const before = readdirSync(kept);
	const elsewhere = `${place.backupFolder}-elsewhere`;
	symlinkSync(place.backupFolder, elsewhere);
	onTestFinished(() => rmSync(elsewhere));
	setting = { ...setting, target: place.define((definition) => Object.assign(definition, { backup: { folder: elsewhere } })) };
	await remove();
	expect(readdirSync(place.backupFolder)).toEqual([basename(kept)]);
	expect(readdirSync(kept)).toEqual(before);
	expect(await removals(runId)).toEqual([{ folder: join(elsewhere, basename(unfinished)) }]);
});

test('nothing of a run is touched while it is under way, or has an owner, or ended unknown; when it is over all of it goes', async () => {
	const { runId } = await runBundle(setting, BUNDLE);
	const left = await leaveEverything(runId);
	for (const status of ['queued', 'running', 'awaiting_restore', 'restoring', 'unknown']) {
		await console_.sql('update run set status = $2 where id = $1', [runId, status]);
		await remove();
		await expectAllThere(runId, left);
	}
	for (const status of ['succeeded', 'rolled_back', 'restored']) {
		await console_.sql(`update run set status = $2, owner_seen_at = clock_timestamp() + interval '1 hour' where id = $1`, [runId, status]);
		await remove();
		await expectAllThere(runId, left);
	}
	await console_.sql('update run set owner_seen_at = null where id = $1', [runId]);
	await remove();
	expect((await databases()).filter((name) => left.databases.includes(name))).toEqual([]);
	expect(existsSync(left.folder)).toBe(false);
	expect(await sessions(runId)).toEqual([]);
	expect(await removals(runId)).toEqual(
		expect.arrayContaining([{ session: left.session }, ...left.databases.map((database) => ({ database })), { folder: left.folder }]),
	);
	const said = (await removals(runId)).map((data) => summarizeEntry({ kind: 'run.leftover_removed', data }));
	expect(said.sort()).toEqual([left.folder, ...left.databases, left.session].sort());
});

test('what is left of a run that ended unknown goes once its change is closed', async () => {
	const { runId, change } = await runBundle(setting, BUNDLE);
	const left = await leaveEverything(runId);
	await console_.sql(`update run set status = 'unknown' where id = $1`, [runId]);
	await console_.sql(`update change set status = 'closed', closed_as = 'succeeded' where id = $1`, [change.changeId]);
	await remove();
	expect((await databases()).filter((name) => left.databases.includes(name))).toEqual([]);
	expect(existsSync(left.folder)).toBe(false);
});

test('nothing is touched that is of a run which this console does not know, or of another target', async () => {
	const unknown = randomUUID();
	const ofUnknown = await leaveEverything(unknown);
	const { runId } = await runBundle(setting, BUNDLE);
	const ofAnother = await leaveEverything(runId);
	await console_.sql(`update run set target = 'another' where id = $1`, [runId]);
	await remove();
	await expectAllThere(unknown, ofUnknown);
	await expectAllThere(runId, ofAnother);
});

test('nothing is touched that two runs could have named', async () => {
	const { runId } = await runBundle(setting, BUNDLE);
	const left = await leaveEverything(runId);
	const columns = 'change_id, revision_id, digest, target, operator_id, requester_id, status, truth';
	// Only a superuser gets a run past the quorum, and the same beginning of an id would take 2^32 of them.
	await console_.sql(
		`set session_replication_role = replica; insert into run (id, number, ${columns})
		 select '${runId.slice(0, 23)}-ffffffffffff', number + 1000, ${columns} from run where id = '${runId}'`,
	);
	await remove();
	expect(await databases()).toEqual(expect.arrayContaining(left.databases));
	expect(existsSync(left.folder)).toBe(true);
	// A session has the whole id: there is no doubt whose it is.
	expect(await removals(runId)).toEqual([{ session: left.session }]);
});

test('what a restore keeps, what people made of it, and who watches on are left alone', async () => {
	const { runId } = await runBundle(setting, BUNDLE);
	const names = [restoreNames(runId).keptAs, `${scratchName(runId)}_copy`, `my_${scratchName(runId)}`, `${scratchName(runId)}0`];
	for (const name of names) await makeDatabase(name);
	const dumps = [makeDump(runId, 'another'), `${makeDump(runId, 'another_ehg')}`, join(place.backupFolder, `ehg_${runId.slice(0, 8)}`)];
	mkdirSync(dumps[2] ?? '');
	await openSessionAs('backup', `countersign watch ${runId}`);
	const { port, database } = setting.target.connection;
	const stranger = await openSession(`postgresql://ehg_app:${encodeURIComponent(LOGIN_PASSWORD)}@127.0.0.1:${port}/${database}`);
	onTestFinished(() => stranger.end());
	await stranger.query(`set application_name = 'countersign run ${runId}'`);
	await remove();
	expect(await databases()).toEqual(expect.arrayContaining(names));
	expect(dumps.filter((path) => existsSync(path))).toEqual(dumps);
	expect(await sessions(runId)).toEqual([`countersign run ${runId}`, `countersign watch ${runId}`]);
	expect(await removals(runId)).toEqual([]);
});

test('a worker removes it when it starts; a target that does not answer keeps it from nothing, and is asked once', async () => {
	const over = await runBundle(setting, BUNDLE);
	const scratch = await makeDatabase(scratchName(over.runId));
	const next = await approvedChange(setting, { files: { '2.sql': 'create table eng.next (id int)' } });
	const { runId } = expectOk(await execute(setting, next));
	const { port, connections } = await startSilentServer();
	const silent = place.define((definition) => {
		definition.name = 'silent';
		definition.connection.port = port;
	});

	const boss = await openQueue(console_.appUrl);
	try {
		const worker = await startWorker({ boss, store: console_.store, targets: targetsOf(silent, setting.target), roads: NO_ROADS });
		expect(logged.mock.calls).toEqual([]);
		await until('the leftover gone', async () => (await removals(over.runId)).length > 0);
		expect(await databases()).not.toContain(scratch);
		await until('the run that waited to be over', async () => (await readRun(console_, runId)).status === 'succeeded');
		await until('the silent target to be given up', async () => logged.mock.calls.length > 0);
		expect(logged.mock.calls.map(([about, text]) => [(about as { target: string }).target, text])).toEqual([
			['silent', 'leftovers could not be removed'],
		]);
		expect(connections).toHaveLength(1);
		await worker.stop();
	} finally {
		await boss.stop({ graceful: true, timeout: 10_000 });
	}
});

/** Takes connections and never says a word. */
async function startSilentServer(): Promise<{ port: number; connections: Socket[] }> {
	const connections: Socket[] = [];
	const server = createServer((socket) => {
		connections.push(socket.on('error', () => undefined));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(async () => {
		for (const socket of connections) socket.destroy();
		server.close();
	});
	return { port: (server.address() as { port: number }).port, connections };
}
