'use client';

const BUTTON = 'inline-flex h-11 items-center rounded-lg border border-line-strong bg-panel px-4 font-medium hover:bg-sunken';

/**
 * An unexpected error: the details are in the server's log, under the id shown here. Every page loads this beside itself, so it imports nothing;
 * and its link loads the inbox anew, whatever is broken here.
 */
export default function UnexpectedError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
	return (
		<main id="content" className="mx-auto grid max-w-[400px] gap-4 px-4 py-12">
			<p className="font-semibold">Countersign</p>
			<h1 className="text-2xl font-semibold">Something went wrong</h1>
			<p className="prose text-ink-2" role="alert">
				This page could not be shown. Runs are not affected: they continue by themselves, and the change’s page shows their state.
			</p>
			{error.digest && (
				<p className="text-ink-2">
					Error id <code className="select-all">{error.digest}</code>
				</p>
			)}
			<p className="flex gap-2">
				<button type="button" className={BUTTON} onClick={reset}>
					Try again
				</button>
				<a href="/" className={BUTTON}>
					Go to the inbox
				</a>
			</p>
		</main>
	);
}
