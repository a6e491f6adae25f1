'use client';

import Link from 'next/link';
import { useEffect, useRef } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import { TextArea, TextInput } from '#components/ui/form/field.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { type Acted, RefusalNotice, useAct } from './use-act.tsx';

const HARM_TONE = { loses: 'fail', opens: 'fail', hides: 'wait', none: 'neutral' } as const;

/** One decision in one seat. It asks for the password again. The button says what it does. */
export function DecisionForm({
	decision,
	action,
	fields,
	email,
	role,
	otherHref,
	harm,
}: {
	decision: 'approve' | 'refuse';
	action: (form: FormData) => Promise<Acted>;
	fields: Record<string, string>;
	/** For password managers. */
	email: string;
	role: string;
	/** The same page with the other decision. */
	otherHref: string;
	/** The worst that the change can do, in a sentence: nobody presses without it in view. */
	harm: { level: keyof typeof HARM_TONE; words: string };
}) {
	const { refusal, isPending, act } = useAct(action);
	const form = useRef<HTMLFormElement>(null);

	useEffect(() => {
		if (!refusal) return;
		form.current?.querySelector<HTMLInputElement>('input[type="password"]')?.select();
	}, [refusal]);

	return (
		<form
			ref={form}
			onSubmit={(event) => {
				event.preventDefault();
				act(new FormData(event.currentTarget));
			}}
			className="panel grid gap-4 p-4"
		>
			{Object.entries(fields).map(([name, value]) => (
				<input key={name} type="hidden" name={name} value={value} />
			))}
			<input type="text" autoComplete="username" defaultValue={email} hidden readOnly />
			{refusal && <RefusalNotice refusal={refusal} />}
			{decision === 'refuse' && (
				<TextArea
					id="reason"
					name="reason"
					label="Why"
					hint="The requester sees it, and the record keeps it."
					rows={4}
					required
					maxLength={2_000}
				/>
			)}
			<TextInput
				id="password"
				name="password"
				type="password"
				label="Your password"
				hint="Asked again for each decision."
				autoComplete="current-password"
				required
				aria-invalid={refusal ? true : undefined}
			/>
			{decision === 'approve' && harm.level !== 'none' && <Notice tone={HARM_TONE[harm.level]} title={harm.words} />}
			<Button
				type="submit"
				kind={decision === 'approve' ? 'primary' : 'danger'}
				size="large"
				aria-disabled={isPending || undefined}
				className="w-full"
			>
				{isPending ? (decision === 'approve' ? 'Signing…' : 'Refusing…') : decision === 'approve' ? `Sign as ${role}` : `Refuse as ${role}`}
			</Button>
			<p className="text-center text-sm">
				<Link href={otherHref} className="text-accent hover:underline">
					{decision === 'approve' ? 'Refuse instead, with a reason' : 'Sign instead'}
				</Link>
			</p>
		</form>
	);
}
