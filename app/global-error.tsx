'use client';

import './globals.css';
import UnexpectedError from './error.tsx';

/** Shown when even the layout failed, so it brings its own document. */
export default function GlobalError(props: { error: Error & { digest?: string } }) {
	return (
		<html lang="en">
			<body className="bg-bg font-sans text-base text-ink">
				<title>Error · Countersign</title>
				<UnexpectedError {...props} />
			</body>
		</html>
	);
}
