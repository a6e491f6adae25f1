import { escapeIdentifier } from 'pg';

/** A name as an SQL identifier, whatever it contains. */
export function quoteIdentifier(name: string): string {
	return escapeIdentifier(name);
}

/** "schema.name" as two SQL identifiers; a name without a schema as one. Only the first dot separates. */
export function quoteQualifiedName(name: string): string {
	const dot = name.indexOf('.');
	if (dot < 0) return escapeIdentifier(name);
	return `${escapeIdentifier(name.slice(0, dot))}.${escapeIdentifier(name.slice(dot + 1))}`;
}
