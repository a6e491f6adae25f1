import { createHash, randomBytes } from 'node:crypto';
import type { Actor } from '#lib/access/actor.ts';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import { changeName } from '#lib/domain/change.ts';
import { CHAIRMAN_MEANING, SEAT_MEANING, type Seat, WAY_BACK_ATTESTATION } from '#lib/domain/roles.ts';
import type { SignedRoute } from '#lib/domain/route.ts';
import type { SignedStatementV3 } from '#lib/domain/statement.ts';
import type { Target } from '#lib/domain/target/target.ts';

export type StatementSubject = {
	changeNumber: number;
	revision: number;
	digest: string;
	target: Target;
	seat: Seat;
	signer: Pick<Actor, 'id' | 'name'>;
	/** The findings that the revision accepts, by name. */
	accepted: string[];
	/** How the revision comes to the target; a direct one says why. */
	route: SignedRoute;
};

/** What a signature in that seat means on that target, word for word. */
export function meaningOf(seat: Seat, { target, route }: Pick<StatementSubject, 'target' | 'route'>): string {
	if (seat === 'dba' && target.wayBack === 'attestation') return `${SEAT_MEANING.dba} ${WAY_BACK_ATTESTATION}`;
	if (seat !== 'chairman' || route.kind === 'direct') return SEAT_MEANING[seat];
	return route.kind === 'staged' ? CHAIRMAN_MEANING.staged(route) : CHAIRMAN_MEANING.staging;
}

/** The statement that one person signs, with a fresh nonce, issued now. docs/formats.md, "Statement". */
export function composeStatement(
	input: StatementSubject & { decision: 'approve' | 'refuse'; reason: string | null; previous: string | null; now: Date },
): SignedStatementV3 {
	return {
		v: 3,
		change: changeName(input.changeNumber),
		revision: input.revision,
		digest: input.digest,
		target: input.target.name,
		window: input.target.window,
		accepted: input.accepted,
		route: input.route,
		role: input.seat,
		signer: { id: input.signer.id, name: input.signer.name },
		decision: input.decision,
		meaning: input.decision === 'approve' ? meaningOf(input.seat, input) : `I refuse this change: ${input.reason ?? ''}`,
		previous: input.previous,
		nonce: randomBytes(32).toString('base64url'),
		issued: input.now.toISOString(),
		expires: new Date(input.now.getTime() + input.target.signaturesExpireAfter).toISOString(),
	};
}

/** The canonical bytes of a statement and their SHA-256: what is stored, and what the next signature names as `previous`. */
export function sealStatement(statement: SignedStatementV3): { bytes: Buffer; hash: string } {
	const bytes = canonicalBytes(statement);
	return { bytes, hash: createHash('sha256').update(bytes).digest('hex') };
}
