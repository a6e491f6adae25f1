'use client';

import type { ComponentProps } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import { type Acted, RefusalNotice, useAct } from './use-act.tsx';

/** A button that acts at once: for actions that lose nothing and can be repeated. */
export function ActButton({
	action,
	fields,
	label,
	pending,
	...look
}: {
	action: (form: FormData) => Promise<Acted>;
	fields: Record<string, string>;
	label: string;
	pending: string;
} & Pick<ComponentProps<typeof Button>, 'kind' | 'size' | 'className'>) {
	const { refusal, isPending, act } = useAct(action);
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				act(new FormData(event.currentTarget));
			}}
			className="grid gap-2"
		>
			{Object.entries(fields).map(([name, value]) => (
				<input key={name} type="hidden" name={name} value={value} />
			))}
			{refusal && <RefusalNotice refusal={refusal} />}
			<Button type="submit" aria-disabled={isPending || undefined} {...look}>
				{isPending ? pending : label}
			</Button>
		</form>
	);
}
