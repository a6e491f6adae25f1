import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { splitBundle } from '#lib/bundle/split-bundle.ts';
import type { RehearsalPart } from '#lib/domain/rehearsed/parts.ts';
import type { RehearsalFailure, RehearsalReport } from '#lib/domain/rehearsed/rehearsal.ts';
import { rehearsalNames, restoreNames } from '#lib/domain/target/database-names.ts';
import { assertBaseline } from '#lib/gates/baseline.ts';
import { type GateContext, StepFailed } from '#lib/gates/gate.ts';
import { asFailure, restoreEverything, type TakenBackup } from '#lib/gates/way-back.ts';
import { log } from '#lib/log.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { type CatalogEntry, ofDatabase } from '#lib/postgres/catalog/fingerprint.ts';
import { readDefinitions } from '#lib/postgres/catalog/read-definitions.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { NotConnected } from '#lib/postgres/connection/connect-failure.ts';
import { SQLSTATE } from '#lib/postgres/connection/sqlstates.ts';
import { behindClosedDoor } from '#lib/postgres/sessions/closed-door.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { applyRehearsed } from './apply-rehearsed.ts';
import { assertAlike } from './assert-alike.ts';
import { assertSafe } from './assert-safe.ts';
import { obtainBackup, rehearsalFolder } from './backup/take-backup.ts';
import { endRehearsal } from './end-rehearsal.ts';
import { keepBudget } from './keep-budget.ts';
import { keepDefinitions, keepTold, toDefine } from './keep-report.ts';
import { matchSettings } from './match-settings.ts';
import type { OpenRehearsal } from './open-rehearsal.ts';
import { BeginsAgain, hasLiveRun, LostRehearsal, RIGHT_OF_WAY, updateOwnRehearsal } from './own-rehearsal.ts';
import { assertReaders } from './reading/assert-readers.ts';
import { removeLeftDumps, removeLeftRehearsals } from './remove-left.ts';
import { whyItFailed } from './why-it-failed.ts';

/**
 * One rehearsal, in order: a backup of the live database, restored beside it; the revision's very statements applied and checked there;
 * and the backup restored once more, as if the change had to be undone. It ends passed or failed, or gives way to a run. Nothing of the
 * live database is changed, and the copies are gone afterwards.
 */
export async function rehearseChange(rehearsal: OpenRehearsal): Promise<void> {
	const { id, store, subject, plan } = rehearsal;
	await appendRecord(store, { kind: 'rehearsal.started', actor: SYSTEM, subject, data: { rehearsal: id, digest: plan.digest } });
	const failure = await assertMayGoOn(rehearsal)
		.then(() => rehearse(rehearsal))
		.then(
			() => null,
			(error: unknown) => whyItEnded(rehearsal, error),
		);
	await removeCopies(rehearsal);
	if (failure instanceof BeginsAgain) {
		await removeDump(rehearsal);
		return beginAgainLater(rehearsal, failure.message);
	}
	if (!rehearsal.keepsDump) await removeDump(rehearsal);
	await endRehearsal(store, { ...rehearsal, failure });
	// Now that this one's dump is the newest, the one before it is nobody's.
	if (rehearsal.keepsDump)
		await removeLeftDumps(rehearsal).catch((error) => log.error({ rehearsal: id, error }, 'an older dump of a rehearsal is left over'));
}

const MOST_CRASHES = 3;
const SYSTEM = { id: null, name: 'system' } as const;

async function rehearse(rehearsal: OpenRehearsal): Promise<void> {
	const { id, target, place, plan, report, signal } = rehearsal;
	const { copy, again } = rehearsalNames(id);
	const context: GateContext = { runId: id, target, plan, signal, tell: (event) => keepTold(rehearsal, event) };
	const onPlace: GateContext = { ...context, target: place };
	const enter = (part: RehearsalPart) => enterPart(rehearsal, part);

	// Of an owner that died, and of others that could not remove theirs.
	await removeCopies(rehearsal);
	await removeLeftRehearsals(rehearsal);
	await removeDump(rehearsal);
	await enter('backup');
	const statements = await splitBundle(plan.files);
	await assertAlike(rehearsal, context);
	await assertSafe(rehearsal);
	await assertReaders(rehearsal);
	report.server = await readServerVersion(onPlace);
	if (place !== target) report.elsewhere = `${place.connection.host}:${place.connection.port}`;
	const { backup, kept, told } = await obtainBackup(rehearsal, context);
	const { completedAt: takenAt, bytes, databaseBytes, sha256, fingerprint, census } = backup;
	report.backup = { takenAt, bytes, databaseBytes, sha256, ...told };
	report.fingerprintBefore = fingerprint;
	if (kept) await updateOwnRehearsal(rehearsal.store, rehearsal, { backup: kept });
	await assertBaseline(rehearsal.store, context, backup);

	await enter('restore');
	const restored = await timed(() => restore(rehearsal, onPlace, { backup, database: copy }));
	await matchSettings(rehearsal, onPlace, copy);
	report.restore = { ms: restored.ms, tables: census.tables.length, rows: census.tables.reduce((sum, { rows }) => sum + rows, 0) };
	rehearsal.keepsDump = kept !== null;

	const stopMeasuring = keepBudget(rehearsal, copy);
	try {
		await applyRehearsed(rehearsal, onPlace, { database: copy, before: census, live: backup.catalog, statements, enter });
	} finally {
		stopMeasuring();
	}

	await enter('restore again');
	report.restoreAgain = { ms: (await timed(() => restore(rehearsal, onPlace, { backup, database: again }))).ms };
	await defineAsItWas(onPlace, again, report);
}

/** In the backup that was restored last: of what the change alters there is nothing left in the first copy. */
async function defineAsItWas({ target, runId, signal }: GateContext, database: string, report: RehearsalReport): Promise<void> {
	const asked = { target, database, applicationName: `countersign rehearse ${runId}`, signal, guests: [{ login: 'backup' }] as const };
	await behindClosedDoor(asked, async ([client]) => {
		if (!client) throw new Error('no connection was made');
		keepDefinitions(report, 'was', await readDefinitions(client, toDefine(report, 'was')));
	});
}

/** What ends the worker each time must not end it for ever. */
async function assertMayGoOn({ crashes }: OpenRehearsal): Promise<void> {
	if (crashes < MOST_CRASHES) return;
	throw new StepFailed({
		code: 'interrupted',
		message: `The worker ended in the middle of this rehearsal ${crashes} times.`,
		instead: 'The worker’s log says why. Ask for another rehearsal when that is mended.',
	});
}

type Restored = { backup: TakenBackup; database: string };

/** On another server only what belongs to the database is compared: what that server has of its own was looked at before. */
async function restore({ target, place }: OpenRehearsal, context: GateContext, { backup, database }: Restored): Promise<void> {
	const compared =
		place === target ? undefined : (catalog: CatalogEntry[]) => ofDatabase(catalog).filter(({ kind }) => kind !== 'built-in');
	await restoreEverything(context, backup, database, compared).catch((error: unknown) => {
		context.signal.throwIfAborted();
		throw asFailure(error);
	});
}

async function enterPart(rehearsal: OpenRehearsal, part: RehearsalPart): Promise<void> {
	rehearsal.signal.throwIfAborted();
	rehearsal.part = part;
	rehearsal.parts.push({ part, at: new Date().toISOString() });
	await updateOwnRehearsal(rehearsal.store, rehearsal, { part, parts: rehearsal.parts });
}

/** What ended it: a failure with its part, or something after which it begins again. That another worker has it is thrown on. */
async function whyItEnded(rehearsal: OpenRehearsal, thrown: unknown): Promise<BeginsAgain | RehearsalFailure> {
	const { id, signal, store, target, part } = rehearsal;
	const error = signal.aborted ? signal.reason : thrown;
	if (error instanceof LostRehearsal) throw error;
	if (error instanceof BeginsAgain) return error;
	// Logged first: the console's database may be what does not answer now.
	if (!(error instanceof StepFailed)) log.error({ rehearsal: id, part, error }, 'a rehearsal ended with an unexpected error');
	// A run that has begun meanwhile ends our sessions: then that is why.
	if (await hasLiveRun(store, target.name)) return new BeginsAgain(RIGHT_OF_WAY);
	return { ...whyItFailed(error, rehearsal), part };
}

async function beginAgainLater(rehearsal: OpenRehearsal, why: string): Promise<void> {
	const { id, store, subject } = rehearsal;
	await store.$transaction(async (tx) => {
		await updateOwnRehearsal(tx, rehearsal, { status: 'queued', ownerSeenAt: null, part: null });
		await appendRecord(tx, { kind: 'rehearsal.interrupted', actor: SYSTEM, subject, data: { rehearsal: id, why } });
	});
}

/** With which pauses a server is asked again to drop a copy: it may be restarting. */
const PAUSES_MS = [2_000, 5_000, 10_000];

/** Removes the databases that a rehearsal makes. What cannot be removed now is removed before the next rehearsal, or when a worker starts. */
async function removeCopies({ id, place }: OpenRehearsal): Promise<void> {
	const { copy, again } = rehearsalNames(id);
	const drop = async () => {
		for (const database of [copy, again, restoreNames(id).replacement]) await dropDatabase({ target: place, database });
	};
	let last = await drop().catch((error: Error) => error);
	for (const pause of PAUSES_MS) {
		if (!last) return;
		// A password that is refused stays refused.
		if (isRefusedLogin(last)) break;
		await wait(pause);
		last = await drop().catch((error: Error) => error);
	}
	if (last) log.error({ rehearsal: id, error: last }, 'copies of a rehearsal are left over');
}

function isRefusedLogin(error: Error): boolean {
	return error instanceof NotConnected && (error.code === SQLSTATE.invalidPassword || error.code === SQLSTATE.invalidAuthorization);
}

function removeDump({ id, target }: OpenRehearsal): Promise<void> {
	return rm(rehearsalFolder(target.backup.folder, id), { recursive: true, force: true });
}

async function readServerVersion({ target, runId, signal }: GateContext): Promise<string> {
	return withTarget({ target, login: 'backup', applicationName: `countersign rehearse ${runId}`, signal }, async (client) => {
		const { rows } = await client.query<{ version: string }>(`select pg_catalog.current_setting('server_version') as version`);
		if (!rows[0]) throw new Error('the server did not return its version');
		return rows[0].version;
	});
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
	const startedAt = performance.now();
	const value = await work();
	return { value, ms: Math.round(performance.now() - startedAt) };
}
