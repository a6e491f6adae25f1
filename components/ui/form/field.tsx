import { CircleAlert } from 'lucide-react';
import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react';
import { classNames } from '../class-names.ts';

type FieldProps = { id: string; label: ReactNode; hint?: ReactNode; error?: string; className?: string };
type ControlProps = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined; className: string };

const CONTROL =
	'w-full rounded-md border border-field-line -outline-offset-1 bg-panel px-2.5 text-ink hover:border-ink-3 aria-invalid:border-fail disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-ink-3 max-sm:text-[16px]';

/** A label, one control, a hint and an error, linked for screen readers. */
function Field({ id, label, hint, error, className, children }: FieldProps & { children: (control: ControlProps) => ReactNode }) {
	const hintId = hint ? `${id}-hint` : undefined;
	const errorId = error ? `${id}-error` : undefined;
	return (
		<div className={classNames('grid content-start gap-1', className)}>
			<label htmlFor={id} className="font-medium">
				{label}
			</label>
			{hint && (
				<p id={hintId} className="prose text-sm text-ink-2">
					{hint}
				</p>
			)}
			{children({
				id,
				'aria-describedby': [hintId, errorId].filter(Boolean).join(' ') || undefined,
				'aria-invalid': error ? true : undefined,
				className: CONTROL,
			})}
			{error && (
				<p id={errorId} className="flex items-start gap-1.5 text-sm text-fail">
					<CircleAlert className="mt-[3px] size-3.5 flex-none" aria-hidden />
					{error}
				</p>
			)}
		</div>
	);
}

/** A single-line field. */
export function TextInput({ id, label, hint, error, className, ...rest }: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
	return (
		<Field {...{ id, label, hint, error, className }}>
			{(control) => <input {...rest} {...control} className={`${control.className} h-9 max-sm:h-11`} />}
		</Field>
	);
}

/** A multi-line field. `code`: monospaced, without spell checking. */
export function TextArea({
	id,
	label,
	hint,
	error,
	className,
	code = false,
	rows = 4,
	...rest
}: FieldProps & { code?: boolean } & TextareaHTMLAttributes<HTMLTextAreaElement>) {
	return (
		<Field {...{ id, label, hint, error, className }}>
			{(control) => (
				<textarea
					{...(code ? { spellCheck: false, autoCapitalize: 'off', autoCorrect: 'off' } : {})}
					{...rest}
					{...control}
					rows={rows}
					className={`${control.className} py-2 ${code ? 'mono' : ''}`}
				/>
			)}
		</Field>
	);
}

/** A choice of one from a list. */
export function Select({ id, label, hint, error, className, children, ...rest }: FieldProps & SelectHTMLAttributes<HTMLSelectElement>) {
	return (
		<Field {...{ id, label, hint, error, className }}>
			{(control) => (
				<select {...rest} {...control} className={`${control.className} h-9 max-sm:h-11`}>
					{children}
				</select>
			)}
		</Field>
	);
}
