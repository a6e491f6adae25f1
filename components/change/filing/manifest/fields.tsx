'use client';

import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { Select, TextArea, TextInput } from '#components/ui/form/field.tsx';
import { type Path, withEntry, withEntryMoved, withValue } from './manifest-text.ts';

/** The manifest as its form sees it: what it says, and how to change what it says. */
export type FormedManifest = {
	value: Record<string, unknown>;
	set: (path: Path, value: unknown) => void;
	add: (path: Path, entry: unknown) => void;
	move: (path: Path, index: number, by: -1 | 1) => void;
	edit: (edit: (text: string) => string) => void;
};

export function formedManifest(value: Record<string, unknown>, text: string, onText: (text: string) => void): FormedManifest {
	return {
		value,
		set: (path, one) => onText(withValue(text, path, one)),
		add: (path, entry) => onText(withEntry(text, path, entry)),
		move: (path, index, by) => onText(withEntryMoved(text, path, index, by)),
		edit: (edit) => onText(edit(text)),
	};
}

/** What stands at a path; undefined when nothing does. */
export function valueAt(value: unknown, path: Path): unknown {
	return path.reduce<unknown>((inside, key) => (inside as Record<string, unknown> | undefined | null)?.[key], value);
}

type FieldProps = {
	manifest: FormedManifest;
	path: Path;
	label: string;
	hint?: ReactNode;
	placeholder?: string;
	/** The id of a list of what may be chosen. */
	list?: string;
	/** What the text of the field means as a value; its own text by default. */
	read?: (text: string) => unknown;
	className?: string;
};

export function idOf(path: Path): string {
	return `manifest-${path.join('-')}`;
}

/** A number where it is one; whatever else was typed stays as it is, and the check says what is wrong with it. */
export function asNumber(text: string): unknown {
	return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}

/** While somebody types the field shows what they typed: the manifest may say the same in other words. */
function useTyped({ manifest, path, read = (text) => text }: FieldProps) {
	const [typed, setTyped] = useState<string | null>(null);
	const value = valueAt(manifest.value, path);
	const shown = value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
	return {
		value: typed ?? shown,
		onChange: ({ target }: { target: { value: string } }) => {
			setTyped(target.value);
			manifest.set(path, target.value.trim() === '' ? undefined : read(target.value));
		},
		onBlur: () => setTyped(null),
	};
}

/** Enter in a field of the manifest must not file the change. */
function keepInForm(event: KeyboardEvent) {
	if (event.key === 'Enter') event.preventDefault();
}

export function ValueField(props: FieldProps) {
	const { path, label, hint, placeholder, list, className } = props;
	return (
		<TextInput
			id={idOf(path)}
			label={label}
			hint={hint}
			placeholder={placeholder}
			list={list}
			autoComplete="off"
			spellCheck={false}
			className={className}
			onKeyDown={keepInForm}
			{...useTyped(props)}
		/>
	);
}

export function SqlField(props: FieldProps) {
	const { path, label } = props;
	const typed = useTyped(props);
	return <TextArea id={idOf(path)} label={label} code rows={Math.min(10, Math.max(2, typed.value.split('\n').length))} {...typed} />;
}

type ChoiceProps = Pick<FieldProps, 'manifest' | 'path' | 'label' | 'hint' | 'className'> & { options: { value: string; label: string }[] };

/** One of a few; the first is what a manifest means that says nothing, and then it says nothing. */
export function ChoiceField({ manifest, path, label, hint, className, options }: ChoiceProps) {
	const value = String(valueAt(manifest.value, path) ?? options[0]?.value);
	const all = options.some((option) => option.value === value) ? options : [...options, { value, label: value }];
	const asValue = (text: string) => (text === 'true' ? true : text);
	return (
		<Select
			id={idOf(path)}
			label={label}
			hint={hint}
			className={className}
			value={value}
			onChange={({ target }) => manifest.set(path, target.value === options[0]?.value ? undefined : asValue(target.value))}
		>
			{all.map((option) => (
				<option key={option.value} value={option.value}>
					{option.label}
				</option>
			))}
		</Select>
	);
}
