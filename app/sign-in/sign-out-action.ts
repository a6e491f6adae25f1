'use server';

import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import { signOut } from '#lib/access/sign-out.ts';
import { Refusal } from '#lib/errors.ts';
import { store } from '#lib/store/client.ts';

/** Ends the session in the database, then deletes the cookie. Without a live session the person is already signed out. */
export async function signOutAction(): Promise<void> {
	try {
		const actor = await requireActorForAction();
		await signOut({ store: store(), sessionId: actor.sessionId });
	} catch (error) {
		if (!(error instanceof Refusal) || error.code !== 'not_signed_in') throw error;
	}
	await forgetCookie();
	redirect('/sign-in');
}

/** A cookie named __Secure- is only replaced by one that is Secure too; a long cookie is split into several, numbered. */
async function forgetCookie(): Promise<void> {
	const jar = await cookies();
	for (const { name } of jar.getAll()) {
		if (!name.includes('next-auth.session-token')) continue;
		jar.set({ name, value: '', maxAge: 0, path: '/', httpOnly: true, sameSite: 'lax', secure: name.startsWith('__Secure-') });
	}
}
