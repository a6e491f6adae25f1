import type { Factor } from '#lib/domain/statement.ts';
import { Refusal } from '#lib/errors.ts';
import type { Store } from '#lib/store/client.ts';
import type { Actor } from './actor.ts';
import { verifyPassword } from './password.ts';
import { releaseTry, reserveTry } from './throttle.ts';

/** Wrong passwords within 15 minutes. Only the person's own session can try, so they are counted per person. */
const TRIES_PER_PERSON = 5;
const WRONG = 'Wrong password. Nothing was signed or changed.';

/**
 * The signed-in person proves their identity again, for one decision. Returns the factor that the statement names (a passkey will be
 * another file that returns another factor). Throws a Refusal for a wrong password and after too many.
 */
export async function confirmPassword(input: { store: Store; actor: Actor; password: string }): Promise<Factor> {
	const { store, actor, password } = input;
	if (password === '' || password.length > 1024) throw new Refusal('forbidden', WRONG);
	const tries = await reserveTry(store, [{ key: `confirm ${actor.id}`, tries: TRIES_PER_PERSON }]);
	const person = await store.person.findFirst({ where: { id: actor.id, active: true }, select: { passwordHash: true } });
	const right = await verifyPassword(password, person?.passwordHash ?? null).catch(async (error) => {
		await releaseTry(store, tries);
		throw error;
	});
	if (right) {
		await releaseTry(store, tries);
		return 'password';
	}
	throw new Refusal('forbidden', WRONG);
}
