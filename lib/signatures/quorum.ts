import { createHash } from 'node:crypto';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import { ROLE_TITLE, type Seat } from '#lib/domain/roles.ts';
import type { SignedStatement } from '#lib/domain/statement.ts';
import type { Prisma, StoreTransaction } from '#lib/store/client.ts';

/** The state of one seat: its signature, or why it does not count. */
export type SeatState = {
	seat: Seat;
	signature: { id: string; signerId: string; signerName: string; issuedAt: Date; expiresAt: Date; hash: string; factor: string } | null;
	/** Null when the seat counts, else why it does not. */
	missing: string | null;
};

/** `seats`: who must sign the revision, in this order (`seatsOf` its content). */
export type QuorumQuestion = { revisionId: string; digest: string; seats: readonly Seat[]; now: Date };

/**
 * The seats of a revision, in order, each with its live signature or the reason why there is none that counts.
 * A signature counts when its stored bytes match its hash and name this digest and seat, it names the previous
 * signature, it has not expired or been revoked, and its signer is active and still has the role.
 */
export async function readQuorum(tx: StoreTransaction, question: QuorumQuestion): Promise<SeatState[]> {
	const rows = await tx.signature.findMany({ where: { revisionId: question.revisionId, ...QUORUM.where }, include: QUORUM.include });
	return quorumOf(rows, question);
}

/** The signatures that `quorumOf` judges, wherever they are read from. */
export const QUORUM = {
	where: { decision: 'approve', revokedAt: null },
	include: { signer: { select: { name: true, active: true, roles: { select: { role: true } } } } },
} as const;

/** The same, of signatures that were read with a revision. */
export function quorumOf(rows: QuorumRow[], question: Omit<QuorumQuestion, 'revisionId'>): SeatState[] {
	let previous: string | null = null;
	return question.seats.map((seat) => {
		const row = rows.find((r) => r.seat === seat);
		if (!row) return { seat, signature: null, missing: `the ${ROLE_TITLE[seat]} has not signed` };
		const missing = flawOf(row, { ...question, seat, previous });
		previous = row.hash;
		return {
			seat,
			signature: {
				id: row.id,
				signerId: row.signerId,
				signerName: row.signer.name,
				issuedAt: row.issuedAt,
				expiresAt: row.expiresAt,
				hash: row.hash,
				factor: row.factor,
			},
			missing,
		};
	});
}

/** Why the quorum is not met, seat by seat; empty when it is. Each seat by another person. */
export function missingFromQuorum(seats: SeatState[]): string[] {
	const missing = seats.flatMap((s) => s.missing ?? []);
	const people = new Set(seats.flatMap((s) => s.signature?.signerId ?? []));
	if (missing.length === 0 && people.size !== seats.length) return ['one person has signed in two seats'];
	return missing;
}

/** Who has signed in which seat. */
export function signersOf(seats: SeatState[]): { seat: Seat; personId: string }[] {
	return seats.flatMap((s) => (s.signature ? [{ seat: s.seat, personId: s.signature.signerId }] : []));
}

type QuorumRow = Prisma.SignatureGetPayload<{ include: typeof QUORUM.include }>;
type Judged = Omit<QuorumQuestion, 'revisionId'> & { seat: Seat; previous: string | null };

function flawOf(row: QuorumRow, ask: Judged): string | null {
	const who = `${row.signer.name}'s signature as ${ROLE_TITLE[ask.seat]}`;
	const bytes = Buffer.from(row.statement);
	if (createHash('sha256').update(bytes).digest('hex') !== row.hash) return `${who} does not match its own bytes`;
	const statement = JSON.parse(bytes.toString('utf8')) as SignedStatement;
	if (!canonicalBytes(statement).equals(bytes)) return `${who} is not stored in canonical form`;
	if (statement.digest !== ask.digest) return `${who} is for another digest`;
	if (statement.role !== ask.seat || statement.decision !== 'approve' || statement.signer.id !== row.signerId)
		return `${who} differs from its database row`;
	if (statement.previous !== ask.previous || row.previousHash !== ask.previous) return `${who} does not name the previous signature`;
	if (Date.parse(statement.expires) <= ask.now.getTime() || row.expiresAt <= ask.now) return `${who} expired at ${statement.expires}`;
	if (!row.signer.active) return `${who}: the account is disabled`;
	if (!row.signer.roles.some((r) => r.role === ask.seat)) return `${who}: the signer no longer has the role`;
	return null;
}
