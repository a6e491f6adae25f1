import type { InputHTMLAttributes, ReactNode } from 'react';

/** A check box with its label; the whole line can be clicked. */
export function CheckBox({
	id,
	label,
	hint,
	...rest
}: { id: string; label: ReactNode; hint?: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
	return (
		<div className="flex items-start gap-2.5">
			<input
				{...rest}
				id={id}
				type="checkbox"
				aria-describedby={hint ? `${id}-hint` : undefined}
				className="mt-[3px] size-4 flex-none accent-(--accent)"
			/>
			<div>
				<label htmlFor={id}>{label}</label>
				{hint && (
					<p id={`${id}-hint`} className="text-sm text-ink-2">
						{hint}
					</p>
				)}
			</div>
		</div>
	);
}
