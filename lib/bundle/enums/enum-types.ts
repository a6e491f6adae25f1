/** What the target's catalog says of the types that hold an enum: the enum itself, and domains, arrays, composites and ranges over it. */
export type EnumTypes = {
	/** Their names, without schemas. */
	types: string[];
	/** The relations that were asked about, with their columns in order; `holds`: it is of such a type. */
	relations: { name: string; columns: { name: string; holds: boolean }[] }[];
	/** Of the functions that were asked about, those that take such a type, or any type (polymorphic). */
	functions: string[];
};

/** Names without schemas: whose search_path a statement will have is not known when it is filed. */
export type AskedTypes = { enums: string[]; relations: string[]; functions: string[] };

/** What becomes of a text without a type: a value of the enum, or part of one; something else; or that is not known. */
export type Becomes = 'enum' | 'other' | 'unknown';

type Tree = Record<string, unknown>;
type Named = { String?: { sval?: string } };
type Column = { name: string; becomes: Becomes };

/** What is known of types, relations and functions: from the target, and from the statements of the bundle that made them. */
export type KnownTypes = {
	holding: Set<string>;
	/** A relation's columns, in order; of several relations of the same name, one list each. */
	relations: Map<string, Column[][]>;
	functions: Set<string>;
	/** Without the target's answer, what the bundle has not made itself is not known. */
	isComplete: boolean;
};

export function knownTypes(enums: Iterable<string>, target: EnumTypes | null): KnownTypes {
	const known: KnownTypes = {
		holding: new Set([...enums, ...(target?.types ?? [])]),
		relations: new Map(),
		functions: new Set(target?.functions ?? []),
		isComplete: target !== null,
	};
	for (const { name, columns } of target?.relations ?? [])
		add(
			known,
			name,
			columns.map((column) => ({ name: column.name, becomes: column.holds ? 'enum' : 'other' })),
		);
	return known;
}

/** Takes note of what one statement of the bundle makes: types over the enum, tables and their columns, functions that take it. */
export function noteTypes(known: KnownTypes, { kind, node }: { kind: string; node: Tree }): void {
	NOTES[kind]?.(known, node);
}

const NOTES: Record<string, (known: KnownTypes, node: Tree) => void> = {
	CreateDomainStmt: (known, n) => {
		if (becomesOf(known, n.typeName) === 'enum') known.holding.add(lastName(n.domainname));
	},
	CompositeTypeStmt: (known, n) => {
		const columns = columnsOf(known, n.coldeflist);
		if (columns.some(({ becomes }) => becomes === 'enum')) known.holding.add(relationOf(n.typevar));
	},
	CreateStmt: (known, n) => {
		const columns = columnsOf(known, n.tableElts);
		// LIKE, INHERITS, OF and PARTITION OF bring columns that are not written here.
		const hasMore = [n.inhRelations, n.ofTypename, n.partbound].some(Boolean) || list(n.tableElts).some((one) => 'TableLikeClause' in one);
		if (!hasMore) add(known, relationOf(n.relation), columns);
		if (columns.some(({ becomes }) => becomes === 'enum')) known.holding.add(relationOf(n.relation));
	},
	AlterTableStmt: (known, n) => {
		for (const { AlterTableCmd: command } of list(n.cmds) as { AlterTableCmd?: Tree }[]) {
			const added = columnsOf(known, command?.def ? [command.def] : []);
			for (const columns of known.relations.get(relationOf(n.relation)) ?? []) {
				const name = command?.subtype === 'AT_AlterColumnType' ? String(command.name) : null;
				for (const { becomes, ...column } of added) {
					const there = columns.find((one) => one.name === (name ?? column.name));
					if (there) there.becomes = becomes;
					else columns.push({ ...column, becomes });
				}
			}
		}
	},
	CreateFunctionStmt: (known, n) => {
		const takes = (list(n.parameters) as { FunctionParameter?: Tree }[]).some(
			({ FunctionParameter: parameter }) => becomesOf(known, parameter?.argType) === 'enum',
		);
		if (takes) known.functions.add(lastName(n.funcname));
	},
};

function add(known: KnownTypes, relation: string, columns: Column[]): void {
	known.relations.set(relation, [...(known.relations.get(relation) ?? []), columns]);
}

function columnsOf(known: KnownTypes, elements: unknown): Column[] {
	return (list(elements) as { ColumnDef?: Tree }[]).flatMap(({ ColumnDef: column }) =>
		column?.typeName ? [{ name: String(column.colname), becomes: becomesOf(known, column.typeName) }] : [],
	);
}

/** Of a type's name in a tree. An array of the enum holds it as well. */
export function becomesOf(known: KnownTypes, typeName: unknown): Becomes {
	return known.holding.has(lastName((typeName as Tree | undefined)?.names)) ? 'enum' : 'other';
}

/** Of a column of one of these relations. Not known where none of them has it, or only some of that name are of the enum. */
export function becomesOfColumn(known: KnownTypes, relations: readonly string[], column: string): Becomes {
	const found = relations.flatMap((name) => known.relations.get(name) ?? []).flatMap((columns) => columns.filter((c) => c.name === column));
	const kinds = new Set(found.map(({ becomes }) => becomes));
	return kinds.size === 1 ? (found[0]?.becomes ?? 'unknown') : 'unknown';
}

/** Of a relation's columns in their order; null where they are not known. */
export function columnsInOrder(known: KnownTypes, relation: string): Becomes[] | null {
	const found = known.relations.get(relation) ?? [];
	return found.length === 1 ? (found[0] ?? []).map(({ becomes }) => becomes) : null;
}

export function relationOf(node: unknown): string {
	const relation = (node as { RangeVar?: Tree } | undefined)?.RangeVar ?? (node as Tree | undefined);
	return String(relation?.relname ?? '');
}

export function lastName(names: unknown): string {
	return (names as Named[] | undefined)?.at(-1)?.String?.sval ?? '';
}

export function list(value: unknown): Tree[] {
	return Array.isArray(value) ? (value as Tree[]) : [];
}
