import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { getServerSession } from 'next-auth';
import { cache } from 'react';
import { env } from '#lib/env.ts';
import { Refusal } from '#lib/errors.ts';
import { store } from '#lib/store/client.ts';
import type { Actor } from './actor.ts';
import { findActor } from './find-actor.ts';
import { PATH_HEADER } from './path-header.ts';
import { pathInside, refuseForeignOrigin } from './same-origin.ts';
import { signInOptions } from './sign-in-options.ts';

/** Who is signed in, or null. Only this function reads the session, once per page. */
export const currentActor = cache(async (): Promise<Actor | null> => {
	const session = await getServerSession(signInOptions());
	if (!session?.sessionId || !session.personId) return null;
	return findActor(store(), { sessionId: session.sessionId, personId: session.personId });
});

/** For pages: the signed-in person. Anybody else is sent to sign in, and returns here afterwards. */
export async function requireActor(): Promise<Actor> {
	const actor = await currentActor();
	if (actor) return actor;
	const path = pathInside((await headers()).get(PATH_HEADER), env().NEXTAUTH_URL);
	redirect(path === '/' ? '/sign-in' : `/sign-in?callbackUrl=${encodeURIComponent(path)}`);
}

/** For server actions. Throws a Refusal: `forbidden` for a request from another site, `not_signed_in` without a live session. */
export async function requireActorForAction(): Promise<Actor> {
	refuseForeignOrigin({ origin: (await headers()).get('origin'), siteUrl: env().NEXTAUTH_URL });
	return signedIn(await currentActor());
}

/**
 * For route handlers. Throws like `requireActorForAction`. Browsers send no Origin with a plain GET to the same site: for GET and
 * HEAD, which change nothing, a missing Origin is accepted, but a foreign one is not.
 */
export async function requireActorForRequest(request: Request): Promise<Actor> {
	const origin = request.headers.get('origin');
	const reads = request.method === 'GET' || request.method === 'HEAD';
	if (!reads || origin !== null) refuseForeignOrigin({ origin, siteUrl: env().NEXTAUTH_URL });
	return signedIn(await currentActor());
}

function signedIn(actor: Actor | null): Actor {
	if (actor) return actor;
	throw new Refusal('not_signed_in', 'Your session has ended. Nothing was done. Sign in again.');
}
