import { isConsolesOwn } from '#lib/domain/restore-price.ts';
import { objectWords } from '#lib/domain/wording/price-words.ts';
import type { SeenBackup } from '#lib/gates/backup.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { readSequences, type SequenceCensus } from '#lib/postgres/catalog/census.ts';
import { readChangedByOthers } from '#lib/postgres/catalog/committed-catalog.ts';
import type { CatalogEntry } from '#lib/postgres/catalog/fingerprint.ts';
import { type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { nobodyEndedBetween, readSnapshot, sequencesMoved } from '#lib/postgres/sessions/changed-since.ts';
import { readLockedRelations } from '#lib/postgres/sessions/write-counters.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { inTime } from './in-time.ts';
import type { OpenTransaction } from './open-transaction.ts';

type Asked = { quietAt: string; xid: string; logged: string; backup: SeenBackup; left: CatalogEntry[] | null };

const SHOWN = 10;

/**
 * Right before COMMIT: nobody else has changed an object of the database, or moved a sequence, since the transaction began. Else a restore
 * would take it for the change's own, and lose it without a word. When no transaction has ended since, only sequences are looked at: they
 * move without one.
 */
export async function assertNobodyElseChanged(run: OpenRun, transaction: OpenTransaction, asked: Asked): Promise<void> {
	const { target, runId, signal } = run;
	const { client } = transaction;
	const snapshot = await inTime(transaction, readSnapshot(client));
	const isQuiet = nobodyEndedBetween(asked.quietAt, snapshot, [asked.xid, asked.logged]);
	if (isQuiet && asked.backup.sequences.length === 0) return;
	const ours = await inTime(transaction, readLockedRelations(client));
	const place = { target, login: 'backup', applicationName: `countersign others ${runId}`, signal } as const;
	const changed = await withTarget(place, async (other) => [
		...(isQuiet ? [] : await objectsChanged(other, asked)),
		...(await readMoved(other, { before: asked.backup.sequences, ours })).map((line) => `sequence ${line}`),
	]);
	if (changed.length === 0) return;
	const more = changed.length > SHOWN ? `, and ${changed.length - SHOWN} more` : '';
	throw new StepFailed({
		code: 'changed_by_others',
		message: `Somebody else changed the database during the transaction although maintenance mode is on: ${changed.slice(0, SHOWN).join(', ')}${more}.`,
		instead:
			'Rolled back: nothing of this change stays; what others did stays. Find out who did it (a job, an open psql), stop it, then execute again.',
	});
}

async function objectsChanged(client: TargetClient, { backup, left, xid }: Asked): Promise<string[]> {
	const all = await readChangedByOthers(client, { before: backup.catalog, left, xid });
	// CLUSTER marks the index that it used.
	return all.filter(({ kind, name }) => kind !== 'clustered' && !isConsolesOwn(name)).map(objectWords);
}

/** Somebody else may have locked a sequence, and our transaction's locks must not wait for that. */
const WAITS_AT_MOST_MS = 5_000;

/** Sequences that our transaction has not touched, and that stand elsewhere. One that came or went is in the catalog. */
async function readMoved(client: TargetClient, { before, ours }: { before: SequenceCensus[]; ours: string[] }): Promise<string[]> {
	await client.query('begin read only');
	await client.query(`set local lock_timeout = ${WAITS_AT_MOST_MS}`);
	const now = await readSequences(client, ours).catch((cause: Error) => {
		const message = `What others did to sequences during the transaction could not be read: ${cause.message}.`;
		throw new StepFailed(
			{ code: 'blocked', message, instead: 'Rolled back: nothing was changed. End the session that has it locked, then execute again.' },
			{ cause },
		);
	});
	await client.query('rollback');
	const names = new Set(before.map(({ sequence }) => sequence));
	const there = new Set(now.map(({ sequence }) => sequence));
	return sequencesMoved(
		{ sequences: before.filter(({ sequence }) => there.has(sequence)) },
		{ sequences: now.filter(({ sequence }) => names.has(sequence)) },
	);
}
