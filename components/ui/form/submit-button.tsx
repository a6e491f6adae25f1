'use client';

import type { ComponentProps } from 'react';
import { useFormStatus } from 'react-dom';
import { Button } from './button.tsx';

/** Submits its form once: while the action runs it stays focusable, says so, and ignores further clicks. */
export function SubmitButton({ pendingLabel, children, ...rest }: ComponentProps<typeof Button> & { pendingLabel: string }) {
	const { pending } = useFormStatus();
	return (
		<Button
			kind="primary"
			{...rest}
			type="submit"
			aria-disabled={pending || undefined}
			onClick={(event) => {
				if (pending) event.preventDefault();
			}}
		>
			{/* Both labels share one cell, so that the button keeps its width. */}
			<span className="grid *:col-start-1 *:row-start-1">
				<span className={pending ? 'invisible' : undefined}>{children}</span>
				<span className={pending ? undefined : 'invisible'}>{pendingLabel}</span>
			</span>
		</Button>
	);
}
