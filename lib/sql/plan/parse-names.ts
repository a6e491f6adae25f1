/** How libpg-query writes a relation in a tree; fields that are false or empty are left out. */
export type RangeVar = { schemaname?: string; relname?: string; relpersistence?: string };

/** A relation's name as written: with its schema only when the SQL gives one. */
export function relationName(node: unknown): string {
	const { schemaname, relname } = (node ?? {}) as RangeVar;
	return [schemaname, relname].filter(Boolean).join('.') || 'unnamed';
}

/** A name written as a list of its parts. */
export function nameOf(parts: unknown): string {
	return ((parts as unknown[] | undefined) ?? []).map((part) => nameOfNode(part)).join('.');
}

/** The name of whatever kind of object node stands there. */
export function nameOfNode(node: unknown): string {
	const [kind, value] = Object.entries((node ?? {}) as Record<string, Record<string, unknown>>)[0] ?? [];
	if (!value) return 'unnamed';
	switch (kind) {
		case 'String':
			return text(value.sval);
		case 'List':
			return nameOf(value.items);
		case 'RangeVar':
			return relationName(value);
		case 'TypeName':
			return nameOf(value.names);
		case 'ObjectWithArgs':
			return nameOf(value.objname);
		default:
			return 'unnamed';
	}
}

export function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

/** OBJECT_MATVIEW as people say it. */
export function nounOf(objectType: unknown): string {
	const word = text(objectType)
		.replace(/^OBJECT_/, '')
		.toLowerCase();
	const special: Record<string, string> = {
		matview: 'materialized view',
		foreign_table: 'foreign table',
		tabconstraint: 'constraint',
		parameter_acl: 'parameter',
		'': 'object',
	};
	return special[word] ?? word.replaceAll('_', ' ');
}
