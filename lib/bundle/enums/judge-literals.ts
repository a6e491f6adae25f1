import { type Becomes, becomesOf, becomesOfColumn, columnsInOrder, type KnownTypes, lastName, list, relationOf } from './enum-types.ts';

type Tree = Record<string, unknown>;
export type Verdict = { value: string; surely: boolean };

type Reading = {
	known: KnownTypes;
	/** The new values. */
	values: ReadonlySet<string>;
	/** Every relation that the statement names. */
	relations: string[];
	/** By the name that the statement gives to it. */
	aliases: Map<string, string>;
	/** Of a text that a subquery gives on: it may be cast to the enum above. */
	loose: Becomes;
	/** VALUE in the checks of a domain. */
	value: Becomes;
};

/** `sure` before `may`; null where no literal becomes a new value. */
export function judgeLiterals(statement: { kind: string; node: Tree }, known: KnownTypes, values: ReadonlySet<string>): Verdict | null {
	const { node, kind } = statement;
	const casts = namesIn(node, 'TypeCast', (cast) => lastName((cast.typeName as Tree | undefined)?.names));
	const reading: Reading = {
		known,
		values,
		relations: relationsIn(node),
		aliases: aliasesIn(node),
		loose: casts.some((name) => known.holding.has(name)) ? 'unknown' : 'other',
		value: kind === 'CreateDomainStmt' ? becomesOf(known, node.typeName) : 'unknown',
	};
	return walk(reading, { [kind]: node }, 'other');
}

/** The new value that a text is, or holds as an array or a row: `{new,old}`, `(new,1)`. */
export function valueIn(text: string, values: ReadonlySet<string>): string | null {
	if (values.has(text)) return text;
	if (!/^\s*[{([]/.test(text)) return null;
	return text.split(/[{}()[\],"\\]+/).find((part) => values.has(part.trim())) ?? null;
}

/** Every relation that is named in the tree, without its schema. */
export function relationsIn(tree: unknown): string[] {
	return [...new Set(all(tree).flatMap((one) => (typeof one.relname === 'string' ? [one.relname] : [])))];
}

function aliasesIn(tree: unknown): Map<string, string> {
	const named = all(tree).filter((one) => typeof one.relname === 'string');
	return new Map(
		named.map((one) => [String((one.alias as Tree | undefined)?.aliasname ?? one.relname), String(one.relname)] as [string, string]),
	);
}

/** Every function that is called in the tree, without its schema. */
export function functionsIn(tree: unknown): string[] {
	return namesIn(tree, 'FuncCall', (call) => lastName(call.funcname));
}

export function literalsIn(tree: unknown): string[] {
	return all(tree).flatMap((one) => (one.A_Const as { sval?: { sval?: string } } | undefined)?.sval?.sval ?? []);
}

function namesIn(tree: unknown, kind: string, nameOf: (node: Tree) => string): string[] {
	return [...new Set(all(tree).flatMap((one) => (one[kind] ? [nameOf(one[kind] as Tree)] : [])))];
}

function all(tree: unknown): Tree[] {
	const found: Tree[] = [];
	const left: unknown[] = [tree];
	while (left.length > 0) {
		const next = left.pop();
		if (next === null || typeof next !== 'object') continue;
		if (!Array.isArray(next)) found.push(next as Tree);
		left.push(...Object.values(next));
	}
	return found;
}

/** `becomes`: what a literal right here turns into. */
function walk(reading: Reading, tree: unknown, becomes: Becomes): Verdict | null {
	if (tree === null || typeof tree !== 'object') return null;
	if (Array.isArray(tree))
		return worst(
			reading,
			tree.map((one) => [one, becomes]),
		);
	return worst(
		reading,
		Object.entries(tree as Tree).flatMap(([key, child]) => {
			const special = NODES[key];
			if (key === 'A_Const') return [[{ literal: child }, becomes] as Part];
			return special && child !== null && typeof child === 'object'
				? special(reading, child as Tree, becomes)
				: [[child, PASSES_ON.includes(key) ? becomes : 'other'] as Part];
		}),
	);
}

type Part = [tree: unknown, becomes: Becomes];

/** What is inside is of the type that is asked for around it. */
const PASSES_ON = ['A_ArrayExpr', 'elements', 'List', 'items', 'CollateClause', 'arg', 'PartitionRangeDatum', 'value'];

function worst(reading: Reading, parts: Part[]): Verdict | null {
	let may: Verdict | null = null;
	for (const [tree, becomes] of parts) {
		const literal = (tree as { literal?: unknown } | null)?.literal;
		const verdict = literal === undefined ? walk(reading, tree, becomes) : judge(reading, literal, becomes);
		if (verdict?.surely) return verdict;
		may ??= verdict;
	}
	return may;
}

function judge({ values }: Reading, literal: unknown, becomes: Becomes): Verdict | null {
	const text = (literal as { sval?: { sval?: string } }).sval?.sval;
	const value = text === undefined || becomes === 'other' ? null : valueIn(text, values);
	return value === null ? null : { value, surely: becomes === 'enum' };
}

/** Operators of text alone; any other may be one of the enum. */
const OF_TEXT = ['||', '~', '~*', '!~', '!~*', '~~', '!~~', '~~*', '!~~*', '->', '->>', '#>', '#>>', '@@'];

const NODES: Record<string, (reading: Reading, node: Tree, becomes: Becomes) => Part[]> = {
	TypeCast: ({ known }, n) => [[n.arg, becomesOf(known, n.typeName)]],
	A_Expr: (reading, n) => {
		const isText = ['AEXPR_LIKE', 'AEXPR_ILIKE', 'AEXPR_SIMILAR'].includes(String(n.kind)) || OF_TEXT.includes(lastName(n.name));
		const of = (other: unknown) => (isText ? 'other' : typeOf(reading, other));
		return [
			[n.lexpr, of(n.rexpr)],
			[n.rexpr, of(n.lexpr)],
		];
	},
	CaseExpr: (reading, n, becomes) => [
		[n.arg, 'other'],
		...(list(n.args) as { CaseWhen?: Tree }[]).flatMap(({ CaseWhen: when }): Part[] => [
			[when?.expr, n.arg ? typeOf(reading, n.arg) : 'other'],
			[when?.result, becomes],
		]),
		[n.defresult, becomes],
	],
	CoalesceExpr: (reading, n, becomes) => [[n.args, among(reading, list(n.args), becomes)]],
	MinMaxExpr: (reading, n, becomes) => [[n.args, among(reading, list(n.args), becomes)]],
	RowExpr: (_, n) => [[n.args, 'unknown']],
	FuncCall: ({ known }, { args, funcname, ...n }) => [
		[args, known.isComplete && !known.functions.has(lastName(funcname)) ? 'other' : 'unknown'],
		[n, 'other'],
	],
	ExecuteStmt: (_, n) => [[n.params, 'unknown']],
	SubLink: (reading, n, becomes) => [[n.testexpr, 'other'], ...selected(reading, n.subselect, () => (n.testexpr ? 'other' : becomes))],
	RangeSubselect: (reading, n) => selected(reading, n.subquery, () => reading.loose),
	CommonTableExpr: (reading, n) => selected(reading, n.ctequery, () => reading.loose),
	ColumnDef: ({ known }, { typeName, ...n }) => {
		const becomes = becomesOf(known, typeName);
		return [
			[n.raw_default, becomes],
			...(list(n.constraints) as { Constraint?: Tree }[]).map(
				({ Constraint: c }): Part => [c?.raw_expr, c?.contype === 'CONSTR_DEFAULT' ? becomes : 'other'],
			),
		];
	},
	CreateDomainStmt: ({ known }, n) => {
		const becomes = becomesOf(known, n.typeName);
		return (list(n.constraints) as { Constraint?: Tree }[]).map(
			({ Constraint: c }): Part => [c?.raw_expr, c?.contype === 'CONSTR_DEFAULT' ? becomes : 'other'],
		);
	},
	AlterTableCmd: (reading, n) =>
		n.subtype === 'AT_ColumnDefault' ? [[n.def, becomesOfColumn(reading.known, reading.relations, String(n.name))]] : [[n.def, 'other']],
	FunctionParameter: ({ known }, n) => [[n.defexpr, becomesOf(known, n.argType)]],
	partbound: bounds,
	bound: bounds,
	InsertStmt: (reading, { selectStmt, relation, ...n }) => {
		const columns = insertedInto(reading, relationOf(relation), list(n.cols));
		return [
			...selected(reading, selectStmt, columns),
			...assigned(reading, [relationOf(relation)], n.onConflictClause),
			[n.withClause, 'other'],
			[n.returningList, 'other'],
		];
	},
	UpdateStmt: (reading, { targetList, ...n }) => [...assigned(reading, [relationOf(n.relation)], { targetList }), [n, 'other']],
	MergeStmt: (reading, { mergeWhenClauses, ...n }) => [
		[n, 'other'],
		...(list(mergeWhenClauses) as { MergeWhenClause?: Tree }[]).flatMap(({ MergeWhenClause: when }): Part[] => {
			const { values, targetList, ...rest } = when ?? {};
			const into = insertedInto(reading, relationOf(n.relation), list(targetList));
			if (values) return [...list(values).map((one, i): Part => [one, into(i)]), [rest, 'other']];
			return [...assigned(reading, [relationOf(n.relation)], { targetList }), [rest, 'other']];
		}),
	],
};

/** Values of a partition's key. Which columns that has is not asked. */
function bounds(reading: Reading, n: Tree): Part[] {
	const keys = reading.relations.map((name) => columnsInOrder(reading.known, name));
	const isKnown = keys.some(Boolean) && !keys.some((columns) => columns?.includes('enum'));
	return [[[n.listdatums, n.lowerdatums, n.upperdatums], isKnown ? 'other' : 'unknown']];
}

/** What the i-th value of an INSERT becomes. */
function insertedInto({ known }: Reading, relation: string, columns: Tree[]): (i: number) => Becomes {
	if (columns.length === 0) return (i) => columnsInOrder(known, relation)?.[i] ?? 'unknown';
	const names = (columns as { ResTarget?: Tree }[]).map(({ ResTarget: target }) => String(target?.name));
	return (i) => becomesOfColumn(known, [relation], names[i] ?? '');
}

function assigned({ known }: Reading, relations: string[], clause: unknown): Part[] {
	const { targetList, ...rest } = (clause ?? {}) as Tree;
	const targets = (list(targetList) as { ResTarget?: Tree }[]).map(
		({ ResTarget: target }): Part => [target?.val, becomesOfColumn(known, relations, String(target?.name))],
	);
	return [...targets, [rest, 'other']];
}

/** A SELECT or VALUES whose columns become what is said. */
function selected(reading: Reading, select: unknown, becomes: (i: number) => Becomes): Part[] {
	const statement = ((select as { SelectStmt?: Tree } | undefined)?.SelectStmt ?? (select as Tree | undefined)) as Tree | undefined;
	if (!statement) return [];
	const { valuesLists, targetList, larg, rarg, ...rest } = statement;
	const rows = (list(valuesLists) as { List?: Tree }[]).flatMap(({ List: row }) =>
		list(row?.items).map((one, i): Part => [one, becomes(i)]),
	);
	const targets = (list(targetList) as { ResTarget?: Tree }[]).map(({ ResTarget: target }, i): Part => [target?.val, becomes(i)]);
	return [...rows, ...targets, ...selected(reading, larg, becomes), ...selected(reading, rarg, becomes), [rest, 'other']];
}

/** Of an expression that a literal is compared with. A literal compared with a literal is text. */
function typeOf(reading: Reading, tree: unknown): Becomes {
	const [kind = '', node] = Object.entries((tree ?? {}) as Tree)[0] ?? [];
	const n = node as Tree;
	if (kind === 'ColumnRef') {
		const name = lastName(n.fields);
		if (name === 'value' && reading.value !== 'unknown') return reading.value;
		const relation = reading.aliases.get(lastName(list(n.fields).slice(0, -1)));
		return becomesOfColumn(reading.known, relation === undefined ? reading.relations : [relation], name);
	}
	if (kind === 'TypeCast') return becomesOf(reading.known, n.typeName);
	if (kind === 'A_Const' || kind === 'SQLValueFunction') return 'other';
	if (kind === 'List') return among(reading, list(n.items), 'other');
	if (kind === 'A_ArrayExpr') return among(reading, list(n.elements), 'other');
	if (kind === 'CoalesceExpr' || kind === 'MinMaxExpr') return among(reading, list(n.args), 'other');
	return 'unknown';
}

/** Expressions side by side have one type: the enum's where one of them has. */
function among(reading: Reading, trees: Tree[], becomes: Becomes): Becomes {
	const kinds = [becomes, ...trees.filter((one) => !('A_Const' in one)).map((one) => typeOf(reading, one))];
	return kinds.includes('enum') ? 'enum' : kinds.includes('unknown') ? 'unknown' : 'other';
}
