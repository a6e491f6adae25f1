import { STANDING_BY_MS } from '#lib/change/stand-by.ts';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { missingFromQuorum, type QuorumQuestion, readQuorum, type SeatState } from '#lib/signatures/quorum.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { readRehearsed } from './rehearsed.ts';

/** One of the five hard stops. If a `proved by the run` one is not proved, the run fails. */
export type HardStop = { name: string; title: string; state: 'met' | 'not met' | 'proved by the run'; evidence: string };

export type Responder = { personId: string; name: string; standingBySince: Date | null };

/** The responders and since when they stand by; null when they have not checked in during the last 30 minutes. */
export async function readResponders(tx: StoreTransaction, ask: { changeId: string; revisionId: string; now: Date }): Promise<Responder[]> {
	const named = await tx.responder.findMany({
		where: { revisionId: ask.revisionId },
		include: { person: { select: { name: true } } },
		orderBy: { person: { name: 'asc' } },
	});
	const since = new Date(ask.now.getTime() - STANDING_BY_MS);
	const checkIns = await tx.standBy.findMany({ where: { changeId: ask.changeId, at: { gte: since } }, orderBy: { at: 'desc' } });
	return respondersOf(named, checkIns);
}

type Named = { personId: string; person: { name: string } };

/** The same, of those named and the check-ins since, the latest first, that were read with the change. */
export function respondersOf(named: Named[], checkIns: { personId: string; at: Date }[]): Responder[] {
	return named.map(({ personId, person }) => ({
		personId,
		name: person.name,
		standingBySince: checkIns.find((checkIn) => checkIn.personId === personId)?.at ?? null,
	}));
}

/** The five hard stops and their present state. */
export async function readHardStops(tx: StoreTransaction, ask: QuorumQuestion & { changeId: string; target: Target }): Promise<HardStop[]> {
	const seats = await readQuorum(tx, ask);
	return hardStopsOf({ target: ask.target, seats, responders: await readResponders(tx, ask), rehearsed: await readIfRehearsed(tx, ask) });
}

type ReadRehearsed = Awaited<ReturnType<typeof readRehearsed>>;

/** What a rehearsal shows of the way back; null where the target's is another. */
export async function readIfRehearsed(
	store: Store | StoreTransaction,
	{ target, revisionId, now }: { target: Target; revisionId: string; now: Date },
): Promise<ReadRehearsed | null> {
	return target.wayBack === 'rehearsed' ? readRehearsed(store, { target, revision: { id: revisionId }, at: now }) : null;
}

type HardStopRows = { target: Target; seats: SeatState[]; responders: Responder[]; rehearsed: ReadRehearsed | null };

/** The same, of what was read before. */
export function hardStopsOf({ target, seats, responders, rehearsed }: HardStopRows): HardStop[] {
	const missing = missingFromQuorum(seats);
	const absent = responders.filter((responder) => !responder.standingBySince);
	return [
		{
			name: 'chairman',
			title: seats.some(({ seat }) => seat === 'chairman') ? 'Chairman approves execution' : 'Everybody who signs has approved',
			state: missing.length === 0 ? 'met' : 'not met',
			evidence: missing.length === 0 ? `signed in turn: ${seats.map(({ seat }) => ROLE_TITLE[seat]).join(', ')}` : missing.join('; '),
		},
		{
			name: 'backup',
			title: `Backup at most ${target.backup.freshness / 60_000} min old`,
			state: 'proved by the run',
			evidence: 'taken by the run; its age is measured at BEGIN',
		},
		{
			name: 'recovery point',
			title: 'Recovery point confirmed',
			state: 'proved by the run',
			evidence:
				target.recoveryPoint === 'archived'
					? 'the run makes a restore point and waits until it is archived'
					: 'not required by the target’s definition',
		},
		{
			name: 'incident team',
			title: 'Incident team on standby',
			state: absent.length === 0 && responders.length > 0 ? 'met' : 'not met',
			evidence:
				absent.length === 0
					? `${responders.length} standing by`
					: `not standing by: ${absent.map((responder) => responder.name).join(', ')}`,
		},
		{ name: 'way back', title: 'Way back tested', ...wayBackStop({ target, rehearsed, isSigned: missing.length === 0 }) },
	];
}

function wayBackStop({
	target,
	rehearsed,
	isSigned,
}: Pick<HardStopRows, 'target' | 'rehearsed'> & { isSigned: boolean }): Pick<HardStop, 'state' | 'evidence'> {
	switch (target.wayBack) {
		case 'scratch_restore':
			return { state: 'proved by the run', evidence: 'this run restores its own backup beside the live database and compares' };
		case 'attestation': {
			const evidence = "attested in the Database Administrator's signed statement; not tested";
			return { state: isSigned ? 'met' : 'not met', evidence };
		}
		case 'rehearsed': {
			if (!rehearsed || 'lacking' in rehearsed)
				return { state: 'not met', evidence: `${rehearsed?.lacking ?? 'no rehearsal was read'}: rehearse it` };
			const [ended, until] = [rehearsed.rehearsed.endedAt, rehearsed.countsUntil.toISOString()].map(instantWords);
			return {
				state: 'met',
				evidence: `rehearsed at ${ended}, which counts until ${until}; the run restores the definitions of its own backup`,
			};
		}
	}
}
