import type { NextAuthOptions } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { env } from '#lib/env.ts';
import { store } from '#lib/store/client.ts';
import { addressOf } from './client-address.ts';
import { pathInside } from './same-origin.ts';
import { ABSOLUTE_MS } from './session-limits.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';

declare module 'next-auth' {
	interface User {
		sessionId: string;
	}
	interface Session {
		sessionId: string;
		personId: string;
	}
}
declare module 'next-auth/jwt' {
	interface JWT {
		sessionId: string;
		personId: string;
	}
}

/**
 * next-auth provides the sign-in endpoint and the encrypted cookie (HttpOnly, SameSite=Lax, Secure on https). The cookie names a session
 * row and nothing else. Every request asks the database whether that session is live and what its person may do (find-actor.ts).
 */
export function signInOptions(): NextAuthOptions {
	const { NEXTAUTH_SECRET, NEXTAUTH_URL } = env();
	return {
		secret: NEXTAUTH_SECRET,
		session: { strategy: 'jwt', maxAge: ABSOLUTE_MS / 1000 },
		useSecureCookies: NEXTAUTH_URL.startsWith('https:'),
		pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
		providers: [
			Credentials({
				credentials: { email: {}, password: {} },
				async authorize(credentials, request) {
					const { email = '', password = '' } = credentials ?? {};
					const address = addressOf(new Headers(request.headers));
					const result = await signIn({ store: store(), email, password, address });
					// The form shows the message of an Error thrown here.
					if (!result.ok) throw new Error(result.refusal.message);
					return { id: result.value.personId, sessionId: result.value.sessionId };
				},
			}),
		],
		callbacks: {
			// `trigger` "update" comes from the browser and is ignored: only signing in sets the claims.
			jwt: ({ token, user }) =>
				user ? { personId: user.id, sessionId: user.sessionId } : { personId: token.personId, sessionId: token.sessionId },
			session: ({ session, token }) => ({ expires: session.expires, personId: token.personId, sessionId: token.sessionId }),
			redirect: ({ url }) => new URL(pathInside(url, NEXTAUTH_URL), NEXTAUTH_URL).href,
		},
		events: {
			signOut: ({ token }) => signOut({ store: store(), sessionId: token.sessionId }),
		},
	};
}
