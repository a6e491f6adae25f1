'use client';

import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import { TextArea } from '#components/ui/form/field.tsx';
import { MAX_COMMENT_CHARACTERS } from '#lib/domain/comment.ts';
import { RefusalNotice } from '../acting/use-act.tsx';
import { type SayAction, useSay } from './use-say.ts';

type Props = {
	action: SayAction;
	/** Hidden fields, sent with the text. */
	fields: Record<string, string>;
	label: ReactNode;
	submit: { label: string; pending: string };
	/** Closes the form: after it was sent, or without. */
	onClose: () => void;
};

/** Where a comment or an answer is written. Opening it puts the cursor there. */
export function SayForm({ action, fields, label, submit, onClose }: Props) {
	const { refusal, isPending, say } = useSay(action, onClose);
	const id = useId();
	const form = useRef<HTMLFormElement>(null);
	useEffect(() => form.current?.querySelector('textarea')?.focus(), []);
	return (
		<form
			ref={form}
			data-print="hide"
			onSubmit={(event) => {
				event.preventDefault();
				say(new FormData(event.currentTarget));
			}}
			className="grid max-w-[70ch] gap-2.5"
		>
			{Object.entries(fields).map(([name, value]) => (
				<input key={name} type="hidden" name={name} value={value} />
			))}
			<TextArea
				id={id}
				name="text"
				label={label}
				hint="Everybody here can read it. It cannot be changed afterwards, and the record keeps it."
				rows={3}
				required
				maxLength={MAX_COMMENT_CHARACTERS}
				error={refusal?.fields.text}
			/>
			{refusal && !refusal.fields.text && <RefusalNotice refusal={refusal} />}
			<div className="flex flex-wrap gap-2">
				<Button type="submit" kind="primary" size="field" aria-disabled={isPending || undefined}>
					{isPending ? submit.pending : submit.label}
				</Button>
				<Button size="field" onClick={onClose}>
					Cancel
				</Button>
			</div>
		</form>
	);
}
