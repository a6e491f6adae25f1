import { link, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { changeName } from '#lib/domain/change.ts';
import type { RehearsedBackup } from '#lib/domain/rehearsed/rehearsal.ts';
import { durationWords } from '#lib/domain/wording/duration-words.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import type { TakenBackup } from '#lib/gates/way-back.ts';
import { listDumpFiles, verifyDump } from '#lib/postgres/backup/prove-dump.ts';
import { type CatalogEntry, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { readClock } from '#lib/postgres/connection/clock.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { readServerIdentity, type ServerIdentity } from '#lib/postgres/connection/identity.ts';
import type { Store } from '#lib/store/client.ts';
import type { OpenRehearsal } from '../open-rehearsal.ts';

/** A backup as it is kept with who took it: all but its catalog, which is the target's own while the fingerprints are equal. */
export type KeptBackup = Omit<TakenBackup, 'catalog'>;

/** A backup that stands in this rehearsal's own folder now, or why none does. */
export type Reuse =
	| { backup: TakenBackup; ms: number; usedAgain: NonNullable<RehearsedBackup['usedAgain']> }
	| { backup: null; why: string; isDamaged: boolean };

type Ask = { client: TargetClient; folder: string; notOlderThan: number };

/**
 * The newest kept backup of this very database, if it is young enough, the catalog is still what it was then, and its files are what was proved then.
 * It is linked into `folder` before it is proved, so that nobody who removes the other name takes it away. `client` is outside a transaction.
 */
export async function reuseBackup({ store, target }: Pick<OpenRehearsal, 'store' | 'target'>, ask: Ask): Promise<Reuse> {
	const { client, folder, notOlderThan } = ask;
	const now = await readPresent(client);
	const kept = await readNewest(store, { target: target.name, since: new Date(now.at.getTime() - notOlderThan) });
	if (!kept) return not(`No backup that was restored or proved is younger than ${durationWords(notOlderThan)}.`);
	const { backup, of } = kept;
	const { ms, server, completedAt, fingerprint } = backup;
	const words = `The backup of ${instantWords(completedAt)} (${of})`;
	const ageMs = now.at.getTime() - Date.parse(completedAt);
	if (ms === undefined || ageMs < 0) return not(`${words} does not say when and how it was taken.`);
	if (!isDeepStrictEqual(server, now.server)) return not(`${words} is of another server, timeline or database.`);
	if (fingerprint !== now.fingerprint) return not(`The catalog has changed since the backup of ${instantWords(completedAt)} (${of}).`);
	const refusal = await hold(join(target.backup.folder, basename(backup.folder)), folder, backup);
	if (refusal) return { backup: null, why: `${words} ${refusal.why}`, isDamaged: refusal.isDamaged };
	return { backup: { ...backup, folder, catalog: now.catalog }, ms, usedAgain: { of, ageMs } };
}

function not(why: string): Reuse {
	return { backup: null, why, isDamaged: false };
}

type Present = { at: Date; server: ServerIdentity; catalog: CatalogEntry[]; fingerprint: string };

async function readPresent(client: TargetClient): Promise<Present> {
	const server = await readServerIdentity(client);
	await client.query('begin isolation level repeatable read read only');
	const catalog = await readCatalog(client);
	await client.query('commit');
	return { at: await readClock(client), server, catalog, fingerprint: fingerprintOf(catalog) };
}

/** Gives the dump's files a second name and proves what is there now; when that cannot be, nothing of it stays. */
async function hold(from: string, folder: string, backup: KeptBackup): Promise<{ why: string; isDamaged: boolean } | null> {
	try {
		const paths = await listDumpFiles(from);
		await mkdir(folder, { mode: 0o700 });
		for (const path of paths) await link(join(from, path), join(folder, path));
	} catch (error) {
		await rm(folder, { recursive: true, force: true });
		const { code, message } = error as NodeJS.ErrnoException;
		return { why: code === 'ENOENT' ? 'is no longer in the backup folder.' : `could not be held: ${message}.`, isDamaged: false };
	}
	try {
		await verifyDump({ folder, sha256: backup.sha256 });
		return null;
	} catch (error) {
		await rm(folder, { recursive: true, force: true });
		return { why: `is not what it was: ${(error as Error).message}.`, isDamaged: true };
	}
}

type Kept = { backup: KeptBackup; of: string };

/** Of runs that tried their way back and rehearsals that restored theirs; none that a rehearsal could not restore since. */
async function readNewest(store: Store, { target, since }: { target: string; since: Date }): Promise<Kept | null> {
	const [row] = await store.$queryRaw<{ backup: KeptBackup; run: number | null; change: number }[]>`
		select kept.backup, kept.run, c.number as change
		from (
			select change_id, backup, number as run from run where target = ${target} and jsonb_typeof(backup -> 'restored') = 'object'
			union all
			select change_id, backup, null from rehearsal where target = ${target} and backup is not null and jsonb_typeof(report -> 'restore') = 'object'
		) kept join change c on c.id = kept.change_id
		where (kept.backup ->> 'completedAt')::timestamptz >= ${since}
		  and not exists (select from rehearsal f where f.target = ${target} and f.failure ->> 'part' in ('restore', 'restore again')
		                     and f.report -> 'backup' ->> 'sha256' = kept.backup ->> 'sha256')
		order by (kept.backup ->> 'completedAt')::timestamptz desc limit 1`;
	if (!row) return null;
	const { backup, run, change } = row;
	return { backup, of: run === null ? `a rehearsal of ${changeName(change)}` : `run ${run} of ${changeName(change)}` };
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
