import type { CompletionSource } from '@codemirror/autocomplete';
import { PostgreSQL, type SQLNamespace, schemaCompletionSource } from '@codemirror/lang-sql';
import type { Extension } from '@codemirror/state';
import type { SchemaNames } from '#lib/domain/target/names.ts';

/** Completes schemas, tables, columns and functions, beside the words of SQL. `now` says what there is: it may come later than the editor. */
export function completeNames(now: () => SchemaNames[]): Extension {
	let made: { of: SchemaNames[]; source: CompletionSource } | null = null;
	const autocomplete: CompletionSource = (context) => {
		const of = now();
		if (made?.of !== of) made = { of, source: schemaCompletionSource({ dialect: PostgreSQL, schema: namespaceOf(of) }) };
		return made.source(context);
	};
	return PostgreSQL.language.data.of({ autocomplete });
}

/** A name is a table before it is a function: PostgreSQL lets both be called the same. */
function namespaceOf(names: SchemaNames[]): SQLNamespace {
	const inSchema = ({ relations, functions }: SchemaNames): SQLNamespace => ({
		...Object.fromEntries(
			functions.map((name) => [name, { self: { label: name, type: 'function' }, children: [] } satisfies SQLNamespace]),
		),
		...Object.fromEntries(relations.map(({ name, columns }) => [name, columns])),
	});
	return Object.fromEntries(names.map((names) => [names.schema, inSchema(names)]));
}
