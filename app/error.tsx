'use client';

import { PlainPage } from '#components/shell/plain-page.tsx';
import { Copyable } from '#components/ui/copyable.tsx';
import { Button, ButtonLink } from '#components/ui/form/button.tsx';

/** An unexpected error: the details are in the server's log, under the id shown here. */
export default function UnexpectedError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
	return (
		<PlainPage title="Something went wrong">
			<p className="prose text-ink-2" role="alert">
				This page could not be shown. Runs are not affected: they continue by themselves, and the change’s page shows their state.
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
