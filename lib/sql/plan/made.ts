import type { ParsedStatement } from '#lib/sql/split-statements.ts';
import { list, nameOfNode, nounOf, relationName, text } from './parse-names.ts';

/**
 * What the bundle has made itself by now, so that nobody's data is lost there and nobody waits. When in doubt it is forgotten: to warn of
 * what is harmless costs a look, to be silent about what is not costs the data.
 */
export type Made = { relations: Set<string>; schemas: Set<string> };

export function nothingMade(): Made {
	return { relations: new Set(), schemas: new Set() };
}

export function isMade(made: Made, noun: string, name: string): boolean {
	if (noun === 'schema') return made.schemas.has(name);
	return made.relations.has(name) || made.schemas.has(schemaOf(name));
}

/** Takes note of what one statement makes, takes away or renames; called after its harms were judged. */
export function noteMade(made: Made, { kind, node }: Pick<ParsedStatement, 'kind' | 'node'>): void {
	if (node !== null && kind !== 'DoStmt' && kind !== 'CallStmt') NOTES[kind]?.(made, node);
	// Whatever these do, they may have done it to what was made here. A large INSERT is only rows.
	else if (kind !== 'InsertStmt') forgetAll(made);
}

const NOTES: Record<string, (made: Made, node: Record<string, unknown>) => void> = {
	// One that was there already is not the bundle's own.
	CreateStmt: (made, n) => n.if_not_exists || made.relations.add(relationName(n.relation)),
	CreateTableAsStmt: (made, n) => n.if_not_exists || made.relations.add(relationName((n.into as Record<string, unknown>).rel)),
	CreateSeqStmt: (made, n) => n.if_not_exists || made.relations.add(relationName(n.sequence)),
	ViewStmt: (made, n) => n.replace || made.relations.add(relationName(n.view)),
	CreateSchemaStmt: (made, n) => n.if_not_exists || made.schemas.add(text(n.schemaname)),
	SelectStmt: (made, n) => n.intoClause && made.relations.add(relationName((n.intoClause as Record<string, unknown>).rel)),
	DropStmt: (made, n) => {
		for (const object of list(n.objects)) forget(made, nounOf(n.removeType), nameOfNode(object));
	},
	RenameStmt: (made, n) => {
		if (n.renameType === 'OBJECT_SCHEMA') return forgetAll(made);
		if (n.subname || !n.relation) return;
		const name = relationName(n.relation);
		const renamed = relationName({ relname: text(n.newname) });
		forget(made, 'table', name);
		forget(made, 'table', name.includes('.') ? `${schemaOf(name)}.${renamed}` : renamed);
	},
	AlterObjectSchemaStmt: (made, n) => {
		const name = nameOfNode(n.object ?? { RangeVar: n.relation });
		forget(made, 'table', name);
		forget(made, 'table', `${text(n.newschema)}.${name.slice(schemaOf(name).length).replace(/^\./, '')}`);
	},
	// The same name may be another relation from here on.
	VariableSetStmt: (made) => {
		for (const name of made.relations) if (!name.includes('.')) made.relations.delete(name);
	},
};

function forget(made: Made, noun: string, name: string): void {
	if (noun !== 'schema') {
		made.relations.delete(name);
		return;
	}
	made.schemas.delete(name);
	for (const relation of made.relations) if (schemaOf(relation) === name) made.relations.delete(relation);
}

function forgetAll(made: Made): void {
	made.relations.clear();
	made.schemas.clear();
}

/** Empty when the name has none. A quoted schema may hold a dot. */
function schemaOf(name: string): string {
	return /^("(?:[^"]|"")*"|[^".]+)\./.exec(name)?.[1] ?? '';
}
