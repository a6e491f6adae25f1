import { isMade } from '#lib/sql/plan/made.ts';
import { list, relationName, text } from '#lib/sql/plan/parse-names.ts';
import { commandsOf } from '../bundle-acts.ts';
import type { ReviewRule } from '../rule.ts';
import { severityBySize, sizeOf, withSize } from '../size.ts';

type Tree = Record<string, unknown>;
type Build = { name: string; what: string; blocks: string; instead: string };

const BEFOREHAND =
	'CONCURRENTLY cannot run inside the one transaction of a change: let the DBA build the index CONCURRENTLY before it, outside a change';
const READERS_GO_ON = 'its writers';
const NOBODY = 'its readers and writers';

/** Indexes that are built over a table that was there before. */
export const buildsIndex: ReviewRule = ({ kind, node }, { made }) => {
	if (node === null) return [];
	const relation = relationName(node.relation);
	if (!node.relation || isMade(made, 'table', relation)) return [];
	return buildsOf(kind, node).map(({ name, what, blocks, instead }) => ({
		code: 'builds_index',
		about: `${relation} ${name}`,
		asks: { relations: [relation] },
		judge: (facts) => {
			const size = sizeOf(facts, relation);
			if (size === null) return null;
			const message = `this ${what}: PostgreSQL reads all of ${withSize(relation, size)} and blocks ${blocks} until COMMIT`;
			return { severity: severityBySize(size), message, instead };
		},
	}));
};

function buildsOf(kind: string, node: Tree): Build[] {
	if (kind === 'IndexStmt' && !node.concurrent) {
		const name = text(node.idxname) || 'without a name';
		return [{ name, what: `builds index ${name}`, blocks: READERS_GO_ON, instead: `${BEFOREHAND}, and leave it out here.` }];
	}
	if (kind === 'ReindexStmt' && node.kind === 'REINDEX_OBJECT_TABLE')
		return [{ name: 'all indexes', what: 'builds all indexes anew', blocks: READERS_GO_ON, instead: `${BEFOREHAND}.` }];
	if (kind !== 'AlterTableStmt') return [];
	return commandsOf(node).flatMap(({ subtype, def }) => {
		if (subtype === 'AT_AddConstraint' && def.Constraint) return buildOf(def.Constraint, text(def.Constraint.conname) || 'without a name');
		if (subtype !== 'AT_AddColumn') return [];
		const column = text(def.ColumnDef?.colname);
		return list(def.ColumnDef?.constraints).flatMap((item) => buildOf((item as { Constraint: Tree }).Constraint, `of column ${column}`));
	});
}

function buildOf({ contype, indexname }: Tree, name: string): Build[] {
	if (indexname) return [];
	const ready = `${BEFOREHAND}, and write here ADD CONSTRAINT … USING INDEX, which takes a moment.`;
	if (contype === 'CONSTR_PRIMARY') return [{ name, what: `builds the index of primary key ${name}`, blocks: NOBODY, instead: ready }];
	if (contype === 'CONSTR_UNIQUE') return [{ name, what: `builds the index of unique constraint ${name}`, blocks: NOBODY, instead: ready }];
	if (contype !== 'CONSTR_EXCLUSION') return [];
	const alone = 'An exclusion constraint cannot take an index that is there: add it in a change of its own, in a window long enough.';
	return [{ name, what: `builds the index of exclusion constraint ${name}`, blocks: NOBODY, instead: alone }];
}
