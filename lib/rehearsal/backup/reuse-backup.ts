import { link, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { changeName } from '#lib/domain/change.ts';
import type { RehearsedBackup } from '#lib/domain/rehearsed/rehearsal.ts';
import { durationWords } from '#lib/domain/wording/duration-words.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import type { GateContext } from '#lib/gates/gate.ts';
import type { TakenBackup } from '#lib/gates/way-back.ts';
import { listDumpFiles, verifyDump } from '#lib/postgres/backup/prove-dump.ts';
import { type CatalogEntry, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { readClock } from '#lib/postgres/connection/clock.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { readServerIdentity, type ServerIdentity } from '#lib/postgres/connection/identity.ts';
import type { Store } from '#lib/store/client.ts';
import type { OpenRehearsal } from '../open-rehearsal.ts';

/** A backup as it is kept with who took it: all but its catalog, which is the target's own while the fingerprints are equal. */
export type KeptBackup = Omit<TakenBackup, 'catalog'> & { ms: number };

/** A backup that stands in this rehearsal's own folder now, or why none does. */
export type Reuse =
	| { backup: TakenBackup; ms: number; usedAgain: NonNullable<RehearsedBackup['usedAgain']> }
	| { backup: null; why: string };

type Ask = { client: TargetClient; folder: string; notOlderThan: number };

/**
 * The newest kept backup that fits: young enough, of this very database, with the catalog as it is now, and with the files that were proved then.
 * These are linked into `folder` before they are proved, so that nobody who removes the other name takes them away. Tells of each newer one why it
 * does not fit. `client` is outside a transaction.
 */
export async function reuseBackup({ store }: Pick<OpenRehearsal, 'store'>, context: GateContext, ask: Ask): Promise<Reuse> {
	const { target, signal, tell } = context;
	const { client, folder, notOlderThan } = ask;
	const now = await readPresent(client);
	const refused: string[] = [];
	for (const kept of await readKept(store, { target: target.name, since: new Date(now.at.getTime() - notOlderThan) })) {
		const { backup, of } = kept;
		const refusal = whyUnlike(kept, now) ?? (await hold(kept, join(target.backup.folder, basename(backup.folder)), folder));
		signal.throwIfAborted();
		const ageMs = now.at.getTime() - Date.parse(backup.completedAt);
		if (!refusal) return { backup: { ...backup, folder, catalog: now.catalog }, ms: backup.ms, usedAgain: { of, ageMs } };
		tell({ phase: 'notice', data: { severity: refusal.isDamaged ? 'WARNING' : 'NOTICE', message: refusal.why } });
		refused.push(refusal.why);
	}
	return { backup: null, why: whyNone(refused, notOlderThan) };
}

function whyNone([newest, ...older]: string[], notOlderThan: number): string {
	if (newest === undefined) return `No backup that was restored or proved is younger than ${durationWords(notOlderThan)}.`;
	if (older.length === 0) return newest;
	return `${newest} Nor ${older.length === 1 ? 'does the older one' : `do the ${older.length} older ones`} fit.`;
}

type Present = { at: Date; server: ServerIdentity; catalog: CatalogEntry[]; fingerprint: string };

async function readPresent(client: TargetClient): Promise<Present> {
	const server = await readServerIdentity(client);
	await client.query('begin isolation level repeatable read read only');
	const catalog = await readCatalog(client);
	await client.query('commit');
	return { at: await readClock(client), server, catalog, fingerprint: fingerprintOf(catalog) };
}

type Refusal = { why: string; isDamaged: boolean };

/** What can be told without its files. */
function whyUnlike(kept: Kept, now: Present): Refusal | null {
	const { server, completedAt, fingerprint } = kept.backup;
	const not = (why: string): Refusal => ({ why, isDamaged: false });
	if (Date.parse(completedAt) > now.at.getTime()) return not(`${wordsOf(kept)} is from later than it is by the target’s clock.`);
	if (!isDeepStrictEqual(server, now.server)) return not(`${wordsOf(kept)} is of another server, timeline or database.`);
	if (fingerprint !== now.fingerprint) return not(`The catalog has changed since the backup of ${instantWords(completedAt)} (${kept.of}).`);
	return null;
}

function wordsOf({ backup, of }: Kept): string {
	return `The backup of ${instantWords(backup.completedAt)} (${of})`;
}

/** Gives the dump's files a second name and proves what is there now; when that cannot be, nothing of it stays. */
async function hold(kept: Kept, from: string, folder: string): Promise<Refusal | null> {
	try {
		const paths = await listDumpFiles(from);
		await mkdir(folder, { mode: 0o700 });
		for (const path of paths) await link(join(from, path), join(folder, path));
	} catch (error) {
		await rm(folder, { recursive: true, force: true });
		const { code, message } = error as NodeJS.ErrnoException;
		const why = code === 'ENOENT' ? 'is no longer in the backup folder.' : `could not be held: ${message}.`;
		return { why: `${wordsOf(kept)} ${why}`, isDamaged: false };
	}
	try {
		await verifyDump({ folder, sha256: kept.backup.sha256 });
		return null;
	} catch (error) {
		await rm(folder, { recursive: true, force: true });
		return { why: `${wordsOf(kept)} is not what it was: ${(error as Error).message}.`, isDamaged: true };
	}
}

type Kept = { backup: KeptBackup; of: string };

/**
 * The newest first: of runs that tried their way back, and of the rehearsal whose dump stays. None that a rehearsal could not restore since, nor any
 * of which earlier versions did not keep how long it took.
 */
async function readKept(store: Store, { target, since }: { target: string; since: Date }): Promise<Kept[]> {
	const rows = await store.$queryRaw<{ backup: KeptBackup; run: number | null; change: number }[]>`
		select kept.backup, kept.run, c.number as change
		from (
			select change_id, backup, number as run from run where target = ${target} and jsonb_typeof(backup -> 'restored') = 'object'
			union all (
			select change_id, backup, null from rehearsal where target = ${target} and backup is not null and jsonb_typeof(report -> 'restore') = 'object'
			order by (backup ->> 'completedAt')::timestamptz desc limit 1)
		) kept join change c on c.id = kept.change_id
		where (kept.backup ->> 'completedAt')::timestamptz >= ${since} and jsonb_typeof(kept.backup -> 'ms') = 'number'
		  and not exists (select from rehearsal f where f.target = ${target} and f.failure ->> 'part' in ('restore', 'restore again')
		                     and f.report -> 'backup' ->> 'sha256' = kept.backup ->> 'sha256')
		order by (kept.backup ->> 'completedAt')::timestamptz desc`;
	return rows.map(({ backup, run, change }) => ({
		backup,
		of: run === null ? `a rehearsal of ${changeName(change)}` : `run ${run} of ${changeName(change)}`,
	}));
}

/** The rehearsal whose dump stays for others: the newest that kept one, while it is young enough. Null where none does. */
export async function readKeptRehearsal(
	store: Store,
	{ target, notOlderThan }: { target: string; notOlderThan: number },
): Promise<string | null> {
	const [row] = await store.$queryRaw<{ id: string }[]>`
		select id from (
			select id::text, backup ->> 'completedAt' as at from rehearsal
			where target = ${target} and backup is not null and jsonb_typeof(report -> 'restore') = 'object'
			order by (backup ->> 'completedAt')::timestamptz desc limit 1
		) newest where at::timestamptz >= clock_timestamp() - ${notOlderThan} * interval '1 ms'`;
	return row?.id ?? null;
}
