import { execFileSync, spawn } from 'node:child_process';
import {
	appendFileSync,
	existsSync,
	readdirSync,
	readFileSync,
	renameSync,
	statSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { dumpDatabase, pruneDumps } from '#lib/postgres/backup/dump.ts';
import { beginProof, verifyDump } from '#lib/postgres/backup/prove-dump.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { type Cluster, startCluster } from '#tests/support/cluster.ts';
import { makeRealisticDatabase, psql } from '#tests/support/realistic-database.ts';

const LIVE = 'dumped';
let cluster: Cluster;
let target: Target;
let folder: string;

beforeAll(async () => {
	cluster = await startCluster();
	target = await makeRealisticDatabase(cluster, LIVE);
	folder = target.backup.folder;
	await psql(
		cluster,
		LIVE,
		'create table eng.big as select g, md5(g::text) a, md5((g * 3)::text) b from generate_series(1, 400000) g; alter table eng.big owner to app_owner',
	);
}, 120_000);
afterAll(async () => {
	await cluster?.destroy();
});

async function dumpInto(name: string, more: Partial<Parameters<typeof dumpDatabase>[0]> = {}): Promise<{ folder: string }> {
	const path = join(folder, name);
	await withTarget({ target, login: 'backup' }, async (client) => {
		await client.query('begin isolation level repeatable read read only');
		const { rows } = await client.query<{ id: string }>('select pg_export_snapshot() as id');
		return dumpDatabase({ target, folder: path, jobs: 2, snapshot: rows[0]?.id ?? '', ...more });
	});
	return { folder: path };
}

/** The biggest file of a dump: a table's compressed data. */
function dataFile(path: string): string {
	const files = readdirSync(path).filter((name) => name.endsWith('.dat.gz'));
	return join(path, files.sort((a, b) => statSync(join(path, b)).size - statSync(join(path, a)).size)[0] ?? '');
}

/** What of PostgreSQL's programs is writing into this folder. */
function dumpersOf(path: string): string[] {
	return execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
		.split('\n')
		.filter((line) => line.includes('pg_dump') && line.includes(path));
}

/** Keeps dumps from coming to their end: each waits for a lock on a table. */
async function holdUpDumps(): Promise<() => Promise<void>> {
	const holder = new pg.Client({ connectionString: cluster.url(LIVE) });
	await holder.connect();
	await holder.query('begin; lock table eng.big in access exclusive mode');
	return () => holder.end();
}

describe('a dump', () => {
	it('is private, and holds roles without passwords and the database’s own properties', async () => {
		const dump = await dumpInto('whole');
		expect(statSync(dump.folder).mode & 0o777).toBe(0o700);
		for (const name of readdirSync(dump.folder)) expect(statSync(join(dump.folder, name)).mode & 0o777).toBe(0o600);
		const globals = readFileSync(join(dump.folder, 'globals.sql'), 'utf8');
		expect(globals).toContain('CREATE ROLE analyst_ro');
		expect(globals).not.toContain('SCRAM-SHA-256');
		expect(JSON.parse(readFileSync(join(dump.folder, 'database.json'), 'utf8'))).toMatchObject({
			v: 1,
			owner: 'app_owner',
			connectionLimit: 80,
		});
	}, 60_000);

	it('is proved while it is written: what was taken early is what is there in the end', async () => {
		const proof = beginProof(join(folder, 'early'));
		const taken: string[] = [];
		const onFile = (path: string) => {
			taken.push(path);
			proof.take(path);
		};
		const { folder: early } = await dumpInto('early', { onFile });
		const { sha256, bytes, files } = await proof.finish();
		expect(taken.sort()).toEqual(
			readdirSync(early)
				.filter((name) => name.match(/^\d+\.dat\.gz$/))
				.sort(),
		);
		expect(bytes).toBe(readdirSync(early).reduce((sum, name) => sum + statSync(join(early, name)).size, 0));
		expect(files.map(({ path }) => path).sort()).toEqual(readdirSync(early).sort());
		await verifyDump({ folder: early, sha256 });
		expect((await beginProof(early).finish()).sha256).toBe(sha256);
	}, 60_000);

	it('of which a file was hashed before it was whole is refused', async () => {
		const dump = await dumpInto('too-early');
		const proof = beginProof(dump.folder);
		proof.take('globals.sql');
		const hashed = await beginProof(dump.folder).finish(); // Queued later and reads more: by now the first is long done.
		expect(hashed.bytes).toBeGreaterThan(0);
		appendFileSync(join(dump.folder, 'globals.sql'), '-- more\n');
		await expect(proof.finish()).rejects.toThrow(/globals\.sql has \d+ bytes, but had \d+ when it was hashed/);
	}, 60_000);

	it('that lacks the file of a table, or whose table of contents is damaged, is refused', async () => {
		const dump = await dumpInto('lacking');
		const path = dataFile(dump.folder);
		renameSync(path, join(folder, 'taken-away'));
		await expect(beginProof(dump.folder).finish()).rejects.toThrow(/pg_restore failed|is damaged/);
		renameSync(join(folder, 'taken-away'), path);
		await beginProof(dump.folder).finish();
		truncateSync(join(dump.folder, 'toc.dat'), 2_000);
		await expect(beginProof(dump.folder).finish()).rejects.toThrow(/pg_restore failed|is damaged/);
	}, 60_000);

	it('that was truncated, flipped, swapped or linked is refused', async () => {
		const dump = await dumpInto('damaged');
		const { sha256 } = await beginProof(dump.folder).finish();
		const path = dataFile(dump.folder);
		const whole = readFileSync(path);

		truncateSync(path, whole.length - 100);
		await expect(beginProof(dump.folder).finish()).rejects.toThrow(/pg_restore failed|is damaged/);
		await expect(verifyDump({ folder: dump.folder, sha256 })).rejects.toThrow(/has changed since it was made/);

		const flipped = Buffer.from(whole);
		flipped[Math.floor(whole.length / 2)] = (flipped[Math.floor(whole.length / 2)] ?? 0) ^ 1;
		writeFileSync(path, flipped);
		await expect(beginProof(dump.folder).finish()).rejects.toThrow(/pg_restore failed|is damaged/);
		await expect(verifyDump({ folder: dump.folder, sha256 })).rejects.toThrow(/has changed since it was made/);

		writeFileSync(path, whole);
		await verifyDump({ folder: dump.folder, sha256 });
		renameSync(path, join(folder, 'elsewhere'));
		symlinkSync(join(folder, 'elsewhere'), path);
		await expect(verifyDump({ folder: dump.folder, sha256 })).rejects.toThrow(/not a plain file/);
	}, 60_000);

	it('of a login that row-level security or privileges would filter fails, and leaves nothing', async () => {
		await psql(cluster, 'postgres', 'alter role countersign_backup nobypassrls');
		await expect(dumpInto('filtered')).rejects.toThrow(/row-level security/);
		expect(existsSync(join(folder, 'filtered'))).toBe(false);
		await psql(cluster, 'postgres', 'alter role countersign_backup bypassrls; revoke pg_read_all_data from countersign_backup');
		await expect(dumpInto('filtered')).rejects.toThrow(/permission denied/);
		expect(existsSync(join(folder, 'filtered'))).toBe(false);
		await psql(cluster, 'postgres', 'grant pg_read_all_data to countersign_backup');
	}, 60_000);

	it('reports progress; one that is stopped, or whose pg_dump is killed, fails and leaves nothing', async () => {
		const letGo = await holdUpDumps();
		const stop = new AbortController();
		const path = join(folder, 'stopped');
		const seen: number[] = [];
		const stopped = dumpInto('stopped', { signal: stop.signal, onProgress: ({ bytes }) => seen.push(bytes) });
		const outcome = expect(stopped).rejects.toThrow(/stopped/);
		while (dumpersOf(path).length === 0 || seen.length === 0) await sleep(5);
		stop.abort(new Error('stopped'));
		await outcome;
		expect(existsSync(path)).toBe(false);
		expect(dumpersOf(path)).toEqual([]);

		const killed = expect(dumpInto('killed')).rejects.toThrow(/SIGKILL/);
		const other = join(folder, 'killed');
		while (dumpersOf(other).length === 0) await sleep(5);
		process.kill(Number(dumpersOf(other)[0]?.trim().split(' ')[0]), 'SIGKILL');
		await killed;
		expect(existsSync(other)).toBe(false);
		await letGo();
	}, 60_000);

	it('ends with the process that asked for it, however hard that dies', async () => {
		const script = `import { withTarget } from '#lib/postgres/connection/connect.ts'; import { dumpDatabase } from '#lib/postgres/backup/dump.ts';
			const target = JSON.parse(process.env.TARGET);
			await withTarget({ target, login: 'backup' }, async (client) => {
				await client.query('begin isolation level repeatable read read only');
				const { rows } = await client.query('select pg_export_snapshot() as id');
				await dumpDatabase({ target, folder: process.env.FOLDER, jobs: 2, snapshot: rows[0].id });
			});`;
		const letGo = await holdUpDumps();
		const path = join(folder, 'orphan');
		const worker = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
			env: { ...process.env, TARGET: JSON.stringify(target), FOLDER: path },
			stdio: 'ignore',
		});
		while (dumpersOf(path).length === 0) await sleep(5);
		worker.kill('SIGKILL');
		for (let i = 0; i < 100 && dumpersOf(path).length > 0; i++) await sleep(50);
		expect(dumpersOf(path)).toEqual([]);
		await letGo();
		expect(existsSync(join(path, 'toc.dat'))).toBe(false);
	}, 60_000);

	it('is kept among the newest of its own target only', async () => {
		for (const name of [
			'production_20260101T000000_a',
			'production_20260102T000000_b',
			'production_20260103T000000_c',
			'production-2_20250101T000000_d',
		]) {
			execFileSync('mkdir', ['-p', join(folder, 'kept', name)]);
		}
		await pruneDumps({ folder: join(folder, 'kept'), target: 'production', keep: 2 });
		expect(readdirSync(join(folder, 'kept')).sort()).toEqual([
			'production-2_20250101T000000_d',
			'production_20260102T000000_b',
			'production_20260103T000000_c',
		]);
	});
});
