import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { PlainPage } from '#components/shell/plain-page.tsx';
import { currentActor } from '#lib/access/require-actor.ts';
import { pathInside } from '#lib/access/same-origin.ts';
import { env } from '#lib/env.ts';
import { SignInForm } from './sign-in-form.tsx';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ callbackUrl?: string | string[] }> }) {
	const destination = pathInside((await searchParams).callbackUrl, env().NEXTAUTH_URL);
	if (await currentActor()) redirect(destination);
	return (
		<PlainPage title="Sign in">
			<SignInForm destination={destination} />
			<p className="mt-6 text-sm text-ink-2 text-pretty">
				A session ends after 15 minutes without a request, and after 8 hours in any case. Signing a change asks for the password again.
			</p>
		</PlainPage>
	);
}
