import { isMade } from '#lib/sql/plan/made.ts';
import { list, relationName, text } from '#lib/sql/plan/parse-names.ts';
import { type AlterCommand, type BundleActs, commandsOf } from '../bundle-acts.ts';
import type { Concern, ReviewRule } from '../rule.ts';
import { severityBySize, sizeOf, withSize } from '../size.ts';

const LATER_CHANGE =
	'The lock of this change is held until COMMIT, so VALIDATE CONSTRAINT in the same change gains nothing: file it as a later one, where it blocks nobody.';
const NOT_VALID = `Write NOT VALID: new rows are checked at once, and the old ones are not read. ${LATER_CHANGE}`;

type Tree = Record<string, unknown>;
/** `table`: the one that is read, where it is not the one that is altered. `onlyIf` is asked when the whole bundle was read. */
type Scan = { what: string; about: string; blocks: string; instead: string; notNull?: string; table?: string; onlyIf?: () => boolean };

const EVERYBODY = 'its readers and writers';

/** Constraints that read all rows of a table that was there before, in a lock that blocks others. */
export const scansTable: ReviewRule = ({ kind, node }, { made, acts }) => {
	if (kind !== 'AlterTableStmt' || node === null) return [];
	const relation = relationName(node.relation);
	return commandsOf(node).flatMap((command): Concern[] => {
		const scan = scanOf(command, relation, acts);
		const table = scan?.table ?? relation;
		if (!scan || isMade(made, 'table', table)) return [];
		return [
			{
				code: 'scans_table',
				about: scan.about,
				asks: { relations: [table] },
				judge: (facts) => {
					const size = sizeOf(facts, table);
					if (size === null || scan.onlyIf?.() === false) return null;
					if (scan.notNull !== undefined && size !== 'unknown' && size.columns[scan.notNull]?.notNull) return null;
					const message = `this ${scan.what}: PostgreSQL reads all of ${withSize(table, size)} and blocks ${scan.blocks} until COMMIT`;
					return { severity: severityBySize(size), message, instead: scan.instead };
				},
			},
		];
	});
};

function scanOf({ subtype, name, def }: AlterCommand, relation: string, acts: BundleActs): Scan | null {
	switch (subtype) {
		case 'AT_SetNotNull':
			return {
				what: `makes column ${name} NOT NULL`,
				about: `${relation}.${name}`,
				blocks: EVERYBODY,
				instead: `Add CHECK (${name} IS NOT NULL) NOT VALID here, and file a later change that validates it, then runs SET NOT NULL, which reads nothing then, and drops the check.`,
				notNull: name,
			};
		case 'AT_AddConstraint':
			return def.Constraint ? added(def.Constraint, relation) : null;
		case 'AT_AddColumn':
			return addedWith(def.ColumnDef, relation);
		case 'AT_ValidateConstraint': {
			const what = `validates constraint ${name}, which this change has added`;
			const onlyIf = () => acts.notValid.has(`${name} on ${relation}`);
			return { what, about: `${relation} ${name}`, blocks: 'those whom adding it has locked out', instead: LATER_CHANGE, onlyIf };
		}
		case 'AT_AttachPartition': {
			const table = relationName(def.PartitionCmd?.name);
			const instead = 'Give it, in an earlier change, a validated CHECK that says the same bounds: PostgreSQL then reads nothing here.';
			return { what: `makes ${table} a partition`, about: table, blocks: EVERYBODY, instead, table };
		}
		default:
			return null;
	}
}

function added(constraint: Tree, relation: string): Scan | null {
	if (constraint.skip_validation) return null;
	const own = text(constraint.conname) || 'without a name';
	const about = `${relation} ${own}`;
	if (constraint.contype === 'CONSTR_CHECK') return { what: `adds check ${own}`, about, blocks: EVERYBODY, instead: NOT_VALID };
	if (constraint.contype !== 'CONSTR_FOREIGN') return null;
	return { what: `adds foreign key ${own}`, about, blocks: `writers of it and of ${relationName(constraint.pktable)}`, instead: NOT_VALID };
}

/** A new column that is NULL in every old row breaks no foreign key. */
function addedWith(column: Tree | undefined, relation: string): Scan | null {
	const kinds = list(column?.constraints).map((item) => (item as { Constraint: Tree }).Constraint.contype);
	const isReferring = kinds.includes('CONSTR_FOREIGN') && kinds.includes('CONSTR_DEFAULT');
	if (!kinds.includes('CONSTR_CHECK') && !isReferring) return null;
	const name = text(column?.colname);
	const instead = `Add the column without the constraint, and the constraint by itself as NOT VALID. ${LATER_CHANGE}`;
	return { what: `adds column ${name} with a constraint`, about: `${relation}.${name}`, blocks: EVERYBODY, instead };
}
