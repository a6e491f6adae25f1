'use client';

import { useLayoutEffect } from 'react';
import { PlainPage } from '#components/shell/plain-page.tsx';
import { THEME_KEY } from '#components/shell/theme.ts';

const BUTTON = 'inline-flex h-11 items-center rounded-lg border px-4 font-medium';

/**
 * An unexpected error: the details are in the server's log, under the id shown here. Every page loads this beside itself, so it imports little;
 * and what it offers loads a page anew, whatever is broken here.
 */
export default function UnexpectedError({ error }: { error: Error & { digest?: string } }) {
	useLayoutEffect(followTheme, []);
	return (
		<PlainPage title="Something went wrong">
			<p className="prose text-ink-2" role="alert">
				This page could not be shown. Runs are not affected: they continue by themselves, and the change’s page shows their state.
			</p>
			<p className="mt-5 flex gap-2">
				<button
					type="button"
					className={`${BUTTON} border-transparent bg-accent text-accent-ink hover:bg-accent-strong`}
					onClick={() => location.reload()}
				>
					Try again
				</button>
				<a href="/" className={`${BUTTON} border-line-strong bg-panel hover:bg-sunken`}>
					Go to the inbox
				</a>
			</p>
			{error.digest && (
				<p className="mt-6 text-sm text-ink-2">
					Error id <code className="select-all text-ink">{error.digest}</code>. If it stays so, give the id to whoever looks after the
					console: the log says more under it.
				</p>
			)}
		</PlainPage>
	);
}

/** Where the server could send no page at all, the layout's script has not run. */
function followTheme() {
	const dark = matchMedia('(prefers-color-scheme: dark)');
	const apply = () => {
		document.documentElement.dataset.theme = chosenTheme() ?? (dark.matches ? 'dark' : 'light');
	};
	apply();
	dark.addEventListener('change', apply);
	return () => dark.removeEventListener('change', apply);
}

function chosenTheme(): string | null {
	try {
		return localStorage.getItem(THEME_KEY);
	} catch {
		return null; // This browser keeps nothing for the page, so nothing was chosen.
	}
}
