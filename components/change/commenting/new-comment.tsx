'use client';

import { useRouter } from 'next/navigation';
import { SayForm } from './say-form.tsx';
import type { SayAction } from './use-say.ts';

type Props = {
	action: SayAction;
	fields: Record<string, string>;
	line: number;
	/** The page without the form. */
	closeHref: string;
};

/** The form below the line that somebody has picked. */
export function NewComment({ action, fields, line, closeHref }: Props) {
	const router = useRouter();
	return (
		<SayForm
			key={line}
			action={action}
			fields={{ ...fields, line: String(line) }}
			label={`Comment on line ${line}`}
			submit={{ label: 'Comment', pending: 'Storing…' }}
			onClose={() => router.replace(closeHref, { scroll: false })}
		/>
	);
}
