'use client';

import { PlainPage } from '#components/shell/plain-page.tsx';
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { Copyable } from '#components/ui/copyable.tsx';

/** An unexpected error: what was said about it is in the server's log, under the id shown here. */
export default function UnexpectedError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
	return (
		<PlainPage title="Something went wrong here">
			<p className="prose text-ink-2" role="alert">
				This page could not be shown. That says nothing about a run: runs go on by themselves, and the change’s page tells how they stand.
			</p>
			{error.digest && (
				<p className="mt-3 text-ink-2">
					Error id <Copyable value={error.digest} label="error id" />
				</p>
			)}
			<div className="mt-5 flex gap-2">
				<Button kind="primary" onClick={reset}>
					Try again
				</Button>
				<ButtonLink href="/">Go to the inbox</ButtonLink>
			</div>
		</PlainPage>
	);
}
