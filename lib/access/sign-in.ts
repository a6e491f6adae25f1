import { createHash } from 'node:crypto';
import { z } from 'zod';
import { asResult, Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import type { Store } from '#lib/store/client.ts';
import { verifyPassword } from './password.ts';
import { ABSOLUTE_MS } from './session-limits.ts';
import { releaseTry, reserveTry } from './throttle.ts';

/**
 * Wrong passwords within 15 minutes, per account and address. Not per account alone: anybody could then lock
 * a person out. An address may have more, because a whole office shares one.
 */
const TRIES_PER_ACCOUNT_AND_ADDRESS = 8;
const TRIES_PER_ADDRESS = 60;

const credentialsSchema = z.object({ email: z.string().trim().toLowerCase().min(1).max(254), password: z.string().min(1).max(1024) });

/** The same text for an unknown person, an inactive one and a wrong password. */
const NO = 'Wrong email or password.';

/**
 * Opens a session for an email with its password. `address` is where the request comes from (client-address.ts).
 * Unknown people, inactive people and wrong passwords are refused the same way and in the same time; `throttled` after too many.
 * A throttled attempt is not recorded, so that nobody can flood the record.
 */
export function signIn(input: {
	store: Store;
	email: string;
	password: string;
	address: string;
}): Promise<Result<{ sessionId: string; personId: string }>> {
	return asResult(async () => {
		const { store, address } = input;
		const credentials = credentialsSchema.safeParse(input);
		if (!credentials.success) throw new Refusal('not_signed_in', NO);
		const { email, password } = credentials.data;
		const tries = await reserveTry(store, limitsFor(email, address));
		const person = await store.person.findUnique({ where: { email }, select: { id: true, name: true, active: true, passwordHash: true } });
		const right = await verifyPassword(password, person?.passwordHash ?? null).catch(async (error) => {
			await releaseTry(store, tries);
			throw error;
		});
		if (!person || !right || !person.active) {
			await recordRefusal(store, { personId: person?.id ?? null, reason: refusalReason(person, right), address });
			throw new Refusal('not_signed_in', NO);
		}
		const sessionId = await openSession(store, { person, address });
		await releaseTry(store, tries);
		return { sessionId, personId: person.id };
	});
}

/** The account is hashed: people type passwords into the wrong field. */
function limitsFor(email: string, address: string) {
	const pair = createHash('sha256').update(`${email}\0${address}`).digest('hex');
	return [
		{ key: `address ${address}`, tries: TRIES_PER_ADDRESS },
		{ key: `pair ${pair}`, tries: TRIES_PER_ACCOUNT_AND_ADDRESS },
	];
}

function refusalReason(person: { active: boolean } | null, right: boolean): 'unknown_person' | 'wrong_password' | 'inactive_person' {
	if (!person) return 'unknown_person';
	return right ? 'inactive_person' : 'wrong_password';
}

/** Keeps the person, if they exist, but never what was typed. */
async function recordRefusal(store: Store, refusal: { personId: string | null; reason: string; address: string }): Promise<void> {
	const { personId, reason, address } = refusal;
	await store.$transaction((tx) =>
		appendRecord(tx, {
			kind: 'person.sign_in_refused',
			actor: { id: null, name: 'system' },
			subject: personId === null ? {} : { personId },
			data: { reason, address },
		}),
	);
}

async function openSession(store: Store, { person, address }: { person: { id: string; name: string }; address: string }): Promise<string> {
	return store.$transaction(async (tx) => {
		const session = await tx.session.create({
			data: { personId: person.id, expiresAt: new Date(Date.now() + ABSOLUTE_MS) },
			select: { id: true },
		});
		await appendRecord(tx, {
			kind: 'person.signed_in',
			actor: { id: person.id, name: person.name },
			subject: { personId: person.id },
			data: { session: session.id, address, factor: 'password' },
		});
		return session.id;
	});
}
