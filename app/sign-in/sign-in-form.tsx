'use client';

import { useActionState } from 'react';
import { trySignIn } from '#components/shell/try-sign-in.ts';
import { TextInput } from '#components/ui/form/field.tsx';
import { SubmitButton } from '#components/ui/form/submit-button.tsx';
import { Notice } from '#components/ui/notice.tsx';

type Try = { email: string; error: string | null };

/** `destination` is a path of this console, checked by the server. */
export function SignInForm({ destination }: { destination: string }) {
	const [last, submit] = useActionState(
		async (_before: Try, form: FormData): Promise<Try> => {
			const email = String(form.get('email'));
			const error = await trySignIn({ email, password: String(form.get('password')) });
			// A full page load, so that nothing of the previous session stays in memory.
			if (error === null) window.location.assign(destination);
			return { email, error };
		},
		{ email: '', error: null },
	);

	return (
		<form action={submit} className="grid gap-4">
			{last.error && <Notice tone="fail" title={last.error} announce />}
			<TextInput
				id="email"
				name="email"
				type="email"
				label="Email"
				autoComplete="username"
				autoFocus
				required
				defaultValue={last.email}
				aria-invalid={last.error ? true : undefined}
			/>
			<TextInput id="password" name="password" type="password" label="Password" autoComplete="current-password" required />
			<SubmitButton size="large" pendingLabel="Signing in…" className="mt-1 w-full">
				Sign in
			</SubmitButton>
		</form>
	);
}
