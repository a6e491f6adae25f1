/** Null when it worked; else the message to show. */
export async function trySignIn(credentials: { email: string; password: string }): Promise<string | null> {
	try {
		// Loaded when it is needed: pages on which nobody signs in should not carry it.
		const { signIn } = await import('next-auth/react');
		const result = await signIn('credentials', { ...credentials, redirect: false });
		if (result?.ok) return null;
		return result?.error ?? 'The console did not answer. Try again.';
	} catch {
		return 'The console could not be reached. Check the connection and try again.';
	}
}
