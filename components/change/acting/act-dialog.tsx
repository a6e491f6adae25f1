'use client';

import { type ReactNode, useState } from 'react';
import { Dialog } from '#components/ui/dialog.tsx';
import { Button } from '#components/ui/form/button.tsx';
import { ActBlocked } from './act-blocked.ts';
import { type Acted, RefusalNotice, useAct } from './use-act.tsx';

type Kind = 'primary' | 'secondary' | 'danger' | 'quiet';

/**
 * A button that asks before it acts: the first click opens a dialog that says what will happen, the second one does it.
 * Without `confirm`, or while what it shows forbids it (ActBlocked), nothing can be done, and the dialog only says why.
 */
export function ActDialog({
	label,
	kind,
	size,
	title,
	action,
	fields,
	confirm,
	children,
}: {
	label: string;
	kind: Kind;
	size?: 'small' | 'medium';
	title: string;
	action: (form: FormData) => Promise<Acted>;
	/** Hidden fields, sent with what is typed. */
	fields: Record<string, string>;
	confirm: { label: string; pending: string; kind: Kind } | null;
	children: ReactNode;
}) {
	const [isOpen, setIsOpen] = useState(false);
	return (
		<>
			<Button kind={kind} size={size} onClick={() => setIsOpen(true)}>
				{label}
			</Button>
			{/* Without a box: what a bar of actions does to its children must not reach the dialog. */}
			<div className="contents">
				<Dialog open={isOpen} onClose={() => setIsOpen(false)} title={title}>
					<ActForm action={action} fields={fields} confirm={confirm} onCancel={() => setIsOpen(false)}>
						{children}
					</ActForm>
				</Dialog>
			</div>
		</>
	);
}

function ActForm({
	action,
	fields,
	confirm,
	onCancel,
	children,
}: Pick<Parameters<typeof ActDialog>[0], 'action' | 'fields' | 'confirm' | 'children'> & { onCancel: () => void }) {
	const { refusal, isPending, act } = useAct(action);
	const [isBlocked, setIsBlocked] = useState(false);
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				if (confirm && !isBlocked) act(new FormData(event.currentTarget));
			}}
			className="grid gap-4"
		>
			{Object.entries(fields).map(([name, value]) => (
				<input key={name} type="hidden" name={name} value={value} />
			))}
			<ActBlocked value={setIsBlocked}>{children}</ActBlocked>
			{refusal && <RefusalNotice refusal={refusal} />}
			<div className="flex flex-wrap justify-end gap-2">
				<Button onClick={onCancel} className="max-sm:h-11 max-sm:flex-1">
					{confirm && !isBlocked ? 'Cancel' : 'Close'}
				</Button>
				{confirm && !isBlocked && (
					<Button type="submit" kind={confirm.kind} aria-disabled={isPending || undefined} className="max-sm:h-11 max-sm:flex-1">
						{isPending ? confirm.pending : confirm.label}
					</Button>
				)}
			</div>
		</form>
	);
}
