'use client';

import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import { TextInput } from '#components/ui/form/field.tsx';

type Props = {
	label: string;
	initial: string;
	submitLabel: string;
	/** What is wrong with a name, or what it means; null when it is fine. */
	wrongWith: (path: string) => string | null;
	hint?: (path: string) => string | undefined;
	onSubmit: (path: string) => void;
	onCancel: () => void;
};

/** Asks for the path of a file. It stands inside the form of a change, and so is no form of its own: Enter takes it, Escape leaves it. */
export function NameForm({ label, initial, submitLabel, wrongWith, hint, onSubmit, onCancel }: Props) {
	const [path, setPath] = useState(initial);
	const [error, setError] = useState<string | null>(null);
	const place = useRef<HTMLDivElement>(null);

	useEffect(() => {
		const input = place.current?.querySelector('input');
		input?.focus();
		input?.select();
	}, []);

	function submit() {
		const name = path.trim();
		const wrong = wrongWith(name);
		setError(wrong);
		if (wrong === null) onSubmit(name);
	}

	function press(event: KeyboardEvent) {
		if (event.key === 'Escape') onCancel();
		if (event.key !== 'Enter') return;
		event.preventDefault();
		submit();
	}

	return (
		<div ref={place} className="panel grid gap-3 p-3.5">
			<TextInput
				id="fileName"
				label={label}
				value={path}
				maxLength={500}
				autoComplete="off"
				spellCheck={false}
				autoCapitalize="off"
				onChange={(event) => setPath(event.target.value)}
				onKeyDown={press}
				hint={hint?.(path.trim()) ?? 'With its folders, such as migrations/001_tables.sql.'}
				error={error ?? undefined}
				className="sm:max-w-120"
			/>
			<div className="flex gap-2">
				<Button kind="primary" onClick={submit} className="max-sm:h-11">
					{submitLabel}
				</Button>
				<Button onClick={onCancel} className="max-sm:h-11">
					Cancel
				</Button>
			</div>
		</div>
	);
}
