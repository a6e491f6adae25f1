'use client';

import { useState } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import { RefusalNotice } from '../acting/use-act.tsx';
import { SayForm } from './say-form.tsx';
import { type SayAction, useSay } from './use-say.ts';

type Props = {
	/** Null where this person may not. */
	answer: SayAction | null;
	resolve: SayAction | null;
	fields: Record<string, string>;
};

/** What this person may do with an open comment. */
export function ThreadActions({ answer, resolve, fields }: Props) {
	const [isAnswering, setIsAnswering] = useState(false);
	if (answer && isAnswering)
		return (
			<SayForm
				action={answer}
				fields={fields}
				label="Your answer"
				submit={{ label: 'Answer', pending: 'Storing…' }}
				onClose={() => setIsAnswering(false)}
			/>
		);
	return (
		<div data-print="hide" className="flex flex-wrap items-start gap-2">
			{answer && (
				<Button size="small" onClick={() => setIsAnswering(true)} className="max-sm:h-11">
					Answer…
				</Button>
			)}
			{resolve && <Resolve resolve={resolve} fields={fields} />}
		</div>
	);
}

function Resolve({ resolve, fields }: { resolve: SayAction; fields: Record<string, string> }) {
	const { refusal, isPending, say } = useSay(resolve);
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				say(new FormData(event.currentTarget));
			}}
			className="grid gap-2"
		>
			{Object.entries(fields).map(([name, value]) => (
				<input key={name} type="hidden" name={name} value={value} />
			))}
			<Button type="submit" size="small" aria-disabled={isPending || undefined} className="max-sm:h-11">
				{isPending ? 'Resolving…' : 'Resolve'}
			</Button>
			{refusal && <RefusalNotice refusal={refusal} />}
		</form>
	);
}
