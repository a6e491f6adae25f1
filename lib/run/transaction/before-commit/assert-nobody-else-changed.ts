import { isConsolesOwn, type ObjectChange } from '#lib/domain/restore-price.ts';
import { objectWords } from '#lib/domain/wording/price-words.ts';
import type { SeenBackup } from '#lib/gates/backup.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { readSequences, type SequenceCensus } from '#lib/postgres/catalog/census.ts';
import { readChangedByOthers } from '#lib/postgres/catalog/committed-catalog.ts';
import type { CatalogEntry } from '#lib/postgres/catalog/fingerprint.ts';
import { type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import { SQLSTATE, sqlstateOf } from '#lib/postgres/connection/sqlstates.ts';
import { nobodyEndedBetween, readSnapshot, sequencesMoved } from '#lib/postgres/sessions/changed-since.ts';
import { readLockedRelations } from '#lib/postgres/sessions/write-counters.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { inTime } from '../in-time.ts';
import type { OpenTransaction } from '../open-transaction.ts';

type Asked = { quietAt: string; xid: string; logged: string; backup: SeenBackup; left: CatalogEntry[] | null };

const SHOWN = 10;

/**
 * Right before COMMIT: nobody else has changed an object of the database, or moved a sequence, since the transaction began. Else a restore
 * would take it for the change's own, and lose it without a word. When no transaction has ended since, only sequences are looked at: they
 * move without one. Returns where sequences stand with the change in them: what moves one later, others did.
 */
export async function assertNobodyElseChanged(run: OpenRun, transaction: OpenTransaction, asked: Asked): Promise<SequenceCensus[]> {
	const { target, runId, signal } = run;
	const { client } = transaction;
	const snapshot = await inTime(transaction, readSnapshot(client));
	const isQuiet = nobodyEndedBetween(asked.quietAt, snapshot, [asked.xid, asked.logged]);
	const locked = await inTime(transaction, readLockedRelations(client));
	const madeHere = await readMadeHere(transaction, locked);
	if (isQuiet && asked.backup.sequences.length === 0) return madeHere;
	const place = { target, login: 'backup', applicationName: `countersign others ${runId}`, signal } as const;
	const { objects, untouched, movedHere } = await withTarget(place, async (other) => ({
		objects: isQuiet ? [] : await objectsChanged(other, asked),
		...(await readOutside(other, locked)),
	}));
	const moved = movedByOthers(asked.backup.sequences, untouched);
	const changed = [...objects.map(objectWords), ...moved.map((line) => `sequence ${line}`)];
	if (changed.length === 0) return [...untouched, ...movedHere, ...madeHere];
	const more = changed.length > SHOWN ? `, and ${changed.length - SHOWN} more` : '';
	throw new StepFailed({
		code: 'changed_by_others',
		message: `Somebody else changed the database during the transaction although maintenance mode is on: ${changed.slice(0, SHOWN).join(', ')}${more}.`,
		instead:
			'Rolled back: nothing of this change stays; what others did stays. Find out who did it (a job, an open psql), stop it, then execute again.',
	});
}

async function objectsChanged(client: TargetClient, { backup, left, xid }: Asked): Promise<ObjectChange[]> {
	const all = await readChangedByOthers(client, { before: backup.catalog, left, xid });
	// CLUSTER marks the index that it used.
	return all.filter(({ kind, name }) => kind !== 'clustered' && !isConsolesOwn(name));
}

/** Somebody else may have locked a sequence, and our transaction's locks must not wait for that. */
const WAITS_AT_MOST_MS = 5_000;

type LockedRelation = { oid: string; isChanged: boolean };

/** All that others can see: those that we have not touched, and those that we only moved. What we make, alter or drop they do not see, or would wait for. */
async function readOutside(client: TargetClient, locked: LockedRelation[]): Promise<Record<'untouched' | 'movedHere', SequenceCensus[]>> {
	await client.query('begin read only');
	await client.query(`set local lock_timeout = ${WAITS_AT_MOST_MS}`);
	try {
		return {
			untouched: await readSequences(client, { except: locked.map(({ oid }) => oid) }),
			movedHere: await readSequences(client, { only: locked.filter(({ isChanged }) => !isChanged).map(({ oid }) => oid) }),
		};
	} catch (cause) {
		const message = `What others did to sequences during the transaction could not be read: ${(cause as Error).message}.`;
		throw new StepFailed(
			{ code: 'blocked', message, instead: 'Rolled back: nothing was changed. End the session that has it locked, then execute again.' },
			{ cause },
		);
	}
}

/** Where sequences stand that only our transaction sees: read as the role that made them. One that it may not read is looked at after COMMIT. */
async function readMadeHere(transaction: OpenTransaction, locked: LockedRelation[]): Promise<SequenceCensus[]> {
	const { client, appliesAs } = transaction;
	const only = locked.filter(({ isChanged }) => isChanged).map(({ oid }) => oid);
	if (only.length === 0) return [];
	await inTime(transaction, client.query('savepoint countersign_sequences'));
	if (appliesAs) await inTime(transaction, client.query(`set local role ${quoteIdentifier(appliesAs)}`));
	const found = await inTime(transaction, readSequences(client, { only })).catch((error: unknown) => {
		if (sqlstateOf(error) === SQLSTATE.insufficientPrivilege) return [];
		throw error;
	});
	await inTime(transaction, client.query('rollback to savepoint countersign_sequences; release savepoint countersign_sequences'));
	return found;
}

/** Sequences that stand elsewhere. One that came or went is in the catalog. */
function movedByOthers(before: SequenceCensus[], now: SequenceCensus[]): string[] {
	const names = new Set(before.map(({ sequence }) => sequence));
	const there = new Set(now.map(({ sequence }) => sequence));
	return sequencesMoved(
		{ sequences: before.filter(({ sequence }) => there.has(sequence)) },
		{ sequences: now.filter(({ sequence }) => names.has(sequence)) },
	);
}
