/** How libpg-query writes a relation in a tree; fields that are false or empty are left out. */
export type RangeVar = { schemaname?: string; relname?: string; relpersistence?: string };

/** A relation's name as written: with its schema only when the SQL gives one. */
export function relationName(node: unknown): string {
	const { schemaname, relname } = (node ?? {}) as RangeVar;
	return [schemaname, relname].filter(Boolean).map(quoted).join('.') || 'unnamed';
}

/** As SQL has to write it: another name than the plain one must not look like it. */
function quoted(name: string | undefined): string {
	return name === undefined || /^[a-z_][a-z0-9_$]*$/.test(name) ? (name ?? '') : `"${name.replaceAll('"', '""')}"`;
}

/** A name written as a list of its parts. */
export function nameOf(parts: unknown): string {
	return ((parts as unknown[] | undefined) ?? []).map((part) => nameOfNode(part)).join('.');
}

/** The name of an object node of any kind. */
export function nameOfNode(node: unknown): string {
	const [kind, value] = Object.entries((node ?? {}) as Record<string, Record<string, unknown>>)[0] ?? [];
	if (!value) return 'unnamed';
	switch (kind) {
		case 'String':
			return quoted(text(value.sval));
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

/** OBJECT_MATVIEW in words. */
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

export function plural(noun: string): string {
	if (noun.startsWith('every ')) return noun.replace(/schema$/, 'schemas');
	return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : noun.endsWith('x') ? `${noun}es` : `${noun}s`;
}

export function list(items: unknown): unknown[] {
	return (items as unknown[] | undefined) ?? [];
}

/** Of each tree that was asked about, while it lives: several rules look for several kinds, and to walk costs more than to parse. */
const indexed = new WeakMap<object, Map<string, Record<string, unknown>[]>>();

/** Every node of this kind in a tree, at any depth. */
export function everyNode(tree: unknown, kind: string): readonly Record<string, unknown>[] {
	if (tree === null || typeof tree !== 'object') return [];
	const index = indexed.get(tree) ?? indexOf(tree);
	indexed.set(tree, index);
	return index.get(kind) ?? [];
}

/** All nodes by their kind, which is what begins with a capital letter. */
function indexOf(tree: object): Map<string, Record<string, unknown>[]> {
	const index = new Map<string, Record<string, unknown>[]>();
	const left: unknown[] = [tree];
	while (left.length > 0) {
		const next = left.pop();
		if (next === null || typeof next !== 'object') continue;
		for (const key of Object.keys(next)) {
			const value = (next as Record<string, unknown>)[key];
			if (value === null || typeof value !== 'object') continue;
			const initial = key.charCodeAt(0);
			if (initial >= 0x41 && initial <= 0x5a) {
				const found = index.get(key);
				if (found) found.push(value as Record<string, unknown>);
				else index.set(key, [value as Record<string, unknown>]);
			}
			left.push(value);
		}
	}
	return index;
}
