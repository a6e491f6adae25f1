import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Target, targetSchema } from '#lib/domain/target/target.ts';
import { enroll } from '#lib/postgres/enrollment/enroll.ts';
import { loadTarget } from '#scripts/demo/load-target.ts';
import {
	approvedChange,
	bundleOf,
	execute,
	executeToEnd,
	expectOk,
	runToEnd,
	type SeenRun,
	stepsOf,
	tryToFile,
} from '#tests/support/change.ts';
import { startCluster } from '#tests/support/cluster.ts';
import { expectNothingChanged, type Look, lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { query, until } from '#tests/support/sql.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { LOGIN_PASSWORD, openTestTarget, type TestTarget, targetDefinition } from '#tests/support/test-target.ts';

const run = promisify(execFile);
let console_: TestConsole;
let place: TestTarget;
let before: Look;

beforeAll(async () => {
	console_ = await openTestConsole();
	place = await openTestTarget();
	before = await lookAt(place);
});
afterAll(async () => {
	await console_?.close();
	await place?.close();
});

const BUNDLE = { files: { '1.sql': 'create table eng.made (id int)' } };
const login = (user: string) => ({ user, password: { env: 'TEST_LOGIN_PASSWORD' } });

async function expectFailsAt(step: string, target: Target, failure: Record<string, unknown>): Promise<SeenRun> {
	const setting = { console: console_, target };
	const seen = await executeToEnd(setting, await approvedChange(setting, BUNDLE));
	await expectFailedAt(step, seen, failure);
	return seen;
}

async function expectFailedAt(step: string, seen: SeenRun, failure: Record<string, unknown>): Promise<void> {
	expect(seen.failure).toMatchObject(failure);
	expect((await stepsOf(console_, seen.runId)).filter((s) => s.outcome === 'failed').map((s) => s.step)).toEqual([step]);
	await expectNothingChanged({ console: console_, place, before }, seen);
}

/** Pauses the run at the end of a step, has something happen, and follows it to its end. */
async function interfereAfter(step: string, target: Target, interfere: (runId: string) => Promise<void>): Promise<SeenRun> {
	const setting = { console: console_, target };
	const change = await approvedChange(setting, BUNDLE);
	const pause = await pauseAt(console_, { step, phase: 'passed' });
	const { runId } = expectOk(await execute(setting, change));
	const ending = runToEnd(setting, runId);
	try {
		await pause.reached();
		await interfere(runId);
	} finally {
		await pause.release();
	}
	return ending;
}

describe('the backup', () => {
	test('fails where the login cannot see every row: never a partial dump', async () => {
		const target = place.define((d) => {
			d.connection.logins.backup = login('poor_backup');
		});
		await expectFailsAt('backup', target, { code: 'backup_failed', message: expect.stringMatching(/row-level security|row security/i) });
		expect(readdirSync(place.backupFolder)).toEqual([]);
	});

	test('fails where its folder cannot be written', async () => {
		// A file in the way stops root too.
		const inTheWay = join(place.backupFolder, 'a-file');
		writeFileSync(inTheWay, '');
		const target = place.define((d) => {
			d.backup = { folder: join(inTheWay, 'backups') };
		});
		await expectFailsAt('claim', target, { code: 'no_backup_folder', message: expect.stringContaining('ENOTDIR') });
		rmSync(inTheWay);
	});

	test('fails on a full disk, and leaves no part of itself there', async ({ skip }) => {
		const small = mkdtempSync(join(tmpdir(), 'countersign-small-disk-'));
		const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]).catch(() => null);
		if (!mounted) return skip('a small disk takes root');
		try {
			const target = place.define((d) => {
				d.backup = { folder: join(small, 'backups') };
			});
			await expectFailsAt('backup', target, { code: 'backup_failed', message: expect.stringContaining('No space left on device') });
			expect(readdirSync(join(small, 'backups'))).toEqual([]);
		} finally {
			execFileSync('umount', [small]);
			rmSync(small, { recursive: true });
		}
	});

	test('fails where pg_dump is killed, and leaves no part of itself there', async () => {
		// A lock that no session holds keeps pg_dump where it is until it is dead.
		const killed = { pid: 0 };
		const seen = await interfereAfter('maintenance mode on', place.define(), async (runId) => {
			await place.sql(`begin; lock table eng.teams; prepare transaction 'in the way of ${place.database}'`);
			void until('a pg_dump that waits', async () => processes(runId)[0]).then((pid) => {
				killed.pid = pid;
				process.kill(pid, 'SIGKILL');
				return place.sql(`rollback prepared 'in the way of ${place.database}'`);
			});
		});
		expect(killed.pid).toBeGreaterThan(0);
		await expectFailedAt('backup', seen, { code: 'backup_failed', message: expect.stringContaining('SIGKILL') });
		expect(readdirSync(place.backupFolder)).toEqual([]);
		expect(processes(seen.runId)).toEqual([]);
	});

	test('fails where it is older at BEGIN than the target allows', async () => {
		const target = place.define((d) => {
			d.backup = { ...d.backup, freshness: '1ms' };
		});
		await expectFailsAt('transaction', target, { code: 'backup_too_old' });
	});

	test('is kept in files that nobody else can read', async () => {
		const seen = await expectFailsAt(
			'transaction',
			place.define((d) => {
				d.backup = { ...d.backup, freshness: '1ms' };
			}),
			{},
		);
		const folder = seen.backup?.folder ?? '';
		const { stdout } = await run('find', [folder, '-perm', '/077']);
		expect(stdout).toBe('');
		expect(readdirSync(folder)).toContain('toc.dat');
	});

	/** The pg_dumps of a run: the folder that they write to has the beginning of its id in its name. */
	function processes(runId: string): number[] {
		return readdirSync('/proc')
			.filter((name) => /^\d+$/.test(name))
			.map(Number)
			.filter((pid) => {
				try {
					const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
					return /pg_dump\0/.test(command) && command.includes(runId.slice(0, 8));
				} catch {
					return false; // It ended while we looked.
				}
			});
	}
});

describe('the recovery point', () => {
	test('fails where the archiver fails', { timeout: 120_000 }, async () => {
		const cluster = await startCluster({ archive: true, settings: { archive_command: "'false'" } });
		const backupFolder = mkdtempSync(join(tmpdir(), 'countersign-test-backups-'));
		try {
			await loadTarget({ url: cluster.url, database: 'ehg', applicationPassword: LOGIN_PASSWORD });
			await query(cluster.url('ehg'), 'truncate vh.venture_metrics');
			const target = targetSchema.parse({
				...targetDefinition({ port: cluster.port, database: 'ehg', backupFolder }),
				recoveryPoint: 'archived',
			});
			await enroll({ target, superuserUrl: cluster.url('postgres') });
			const setting = { console: console_, target };
			const seen = await executeToEnd(setting, await approvedChange(setting, BUNDLE));
			expect(seen).toMatchObject({ status: 'rolled_back', xid: null });
			expect(seen.failure).toMatchObject({ code: 'backup_failed', message: expect.stringContaining('archiver') });
			expect(await query(cluster.url('ehg'), `select to_regclass('eng.made') as made`)).toEqual([{ made: null }]);
		} finally {
			await cluster.destroy();
			rmSync(backupFolder, { recursive: true });
		}
	});
});

describe('the way back', () => {
	const tested = (change: (definition: ReturnType<typeof targetDefinition>) => void = () => undefined) =>
		place.define((d) => {
			d.wayBack = 'scratch_restore';
			change(d);
		});

	test('cannot be where the restore login is no member of an owner: the change is refused when it is filed', async () => {
		const target = tested((d) => {
			d.connection.logins.restore = login('poor_restore');
		});
		const filed = await tryToFile({ console: console_, target }, bundleOf(BUNDLE));
		const message = expect.stringMatching(/could not bring back: object of a role that it cannot become .* of ehg_owner/);
		expect(filed).toMatchObject({ ok: false, refusal: { findings: [{ code: 'cannot_come_back', message }] } });
	});

	test.each([
		['a byte of it was flipped', flipAByte],
		['it was cut short', truncateAFile],
		['a file was put in the place of another', swapTwoFiles],
		['a symbolic link leads to another one', replaceByALink],
	])('fails where %s after the backup was read', async (_what, damage) => {
		const seen = await interfereAfter('backup', tested(), async () => damage(newestBackup()));
		await expectFailedAt('way back', seen, {
			code: 'way_back_failed',
			message: expect.stringMatching(/has changed since it was made|not a folder|not a plain file/),
		});
		await expectNoScratch(seen);
		rmSync(place.backupFolder, { recursive: true });
		mkdirSync(place.backupFolder);
	});

	test('is not tested but attested where the target says so, and the run says that too', async () => {
		const setting = { console: console_, target: place.define() };
		const seen = await executeToEnd(
			setting,
			await approvedChange(setting, { files: { '1.sql': 'select 1 / (select count(*) from eng.teams where id = 0)' } }),
		);
		const [row] = await console_.sql<{ summary: string }>(
			`select data->>'summary' as summary from journal_entry where run_id = $1 and step = 'way back' and phase = 'passed'`,
			[seen.runId],
		);
		expect(row?.summary).toBe(
			'attested by Dana Brandt in the signed statement; of the backup, definitions were restored and compared, rows were not',
		);
		const [signed] = await console_.sql<{ statement: string }>(
			`select convert_from(s.statement, 'UTF8') as statement from signature s join run r on r.revision_id = s.revision_id where r.id = $1 and s.seat = 'dba'`,
			[seen.runId],
		);
		expect(JSON.parse(signed?.statement ?? '').meaning).toContain('I attest that the way back');
	});

	async function expectNoScratch(seen: SeenRun): Promise<void> {
		const short = seen.runId.replaceAll('-', '').slice(0, 12);
		expect(await place.sql('select datname from pg_database where datname like $1', [`%${short}%`])).toEqual([]);
	}

	function newestBackup(): string {
		return join(place.backupFolder, readdirSync(place.backupFolder).sort().at(-1) ?? '');
	}
});

/** The data of some table. */
function dataFile(folder: string, nth = 0): string {
	return join(
		folder,
		readdirSync(folder)
			.filter((name) => name.endsWith('.dat.gz'))
			.sort()
			.at(nth) ?? '',
	);
}

function flipAByte(folder: string): void {
	const path = dataFile(folder);
	const bytes = readFileSync(path);
	bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
	writeFileSync(path, bytes);
}

function truncateAFile(folder: string): void {
	const path = dataFile(folder);
	writeFileSync(path, readFileSync(path).subarray(0, -8));
}

function swapTwoFiles(folder: string): void {
	const [one, other] = [dataFile(folder, 0), dataFile(folder, 1)];
	renameSync(one, `${one}.away`);
	renameSync(other, one);
	renameSync(`${one}.away`, other);
}

function replaceByALink(folder: string): void {
	renameSync(folder, `${folder}.away`);
	symlinkSync(`${folder}.away`, folder);
}
