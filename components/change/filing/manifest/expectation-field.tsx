'use client';

import { parse, stringify } from 'yaml';
import { Select } from '#components/ui/form/field.tsx';
import { asNumber, type FormedManifest, idOf, ValueField, valueAt } from './fields.tsx';
import type { Path } from './manifest-text.ts';

const KINDS = {
	value: { label: 'one value', hint: 'True, false, a number or a text', begin: true },
	rows: { label: 'a number of rows', hint: 'How many', begin: 0 },
	atLeast: { label: 'at least a number', hint: 'The least', begin: 1 },
	sqlstate: { label: 'a refusal', hint: 'Its SQLSTATE', begin: '42501' },
	sees: { label: 'exactly these rows', hint: 'A list of rows, such as [[internal, 30]]', begin: [[]] },
} as const;
type Kind = keyof typeof KINDS;

/** What a check must find: one of five kinds, and what it is. */
export function ExpectationField({ manifest, path }: { manifest: FormedManifest; path: Path }) {
	const expected = valueAt(manifest.value, path);
	const kind = (Object.keys(KINDS) as Kind[]).find((one) => valueAt(expected, [one]) !== undefined) ?? null;
	return (
		<div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
			<Select
				id={`${idOf(path)}-kind`}
				label="It must find"
				value={kind ?? ''}
				onChange={({ target }) => manifest.set(path, { [target.value]: KINDS[target.value as Kind].begin })}
			>
				{kind === null && <option value="">Choose…</option>}
				{(Object.keys(KINDS) as Kind[]).map((one) => (
					<option key={one} value={one}>
						{KINDS[one].label}
					</option>
				))}
			</Select>
			{kind !== null && (
				<ValueField
					key={kind}
					manifest={kind === 'sees' ? { ...manifest, value: withRowsAsText(manifest.value, [...path, 'sees']) } : manifest}
					path={[...path, kind]}
					label={KINDS[kind].hint}
					read={READ[kind]}
				/>
			)}
		</div>
	);
}

const READ: Record<Kind, (text: string) => unknown> = {
	value: asScalar,
	rows: asNumber,
	atLeast: asNumber,
	sqlstate: (text) => text.trim(),
	sees: (text) => {
		try {
			return parse(text);
		} catch {
			return text;
		}
	},
};

/** As YAML would read it: true is a boolean and 5 a number. Quotes make a text of either. */
function asScalar(text: string): unknown {
	try {
		const value: unknown = parse(text);
		return typeof value === 'object' && value !== null ? text : value;
	} catch {
		return text;
	}
}

/** Rows are shown as a list in one line. */
function withRowsAsText(value: Record<string, unknown>, path: Path): Record<string, unknown> {
	const rows = valueAt(value, path);
	const text = typeof rows === 'string' ? rows : stringify(rows, { collectionStyle: 'flow', lineWidth: 0 }).trim();
	return path.reduceRight<unknown>((inside, key) => ({ [key]: inside }), text) as Record<string, unknown>;
}
