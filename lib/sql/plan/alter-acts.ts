import type { Act, Lock, LockLevel, Reach } from './act.ts';
import { list, nounOf, relationName, text } from './parse-names.ts';

type Command = { subtype?: string; name?: string; def?: Record<string, Record<string, unknown>>; newowner?: { rolename?: string } };

/** ALTER TABLE and its relatives: one act per subcommand, all about one relation. Locks after PostgreSQL's manual, "ALTER TABLE". */
export function alterActs(node: Record<string, unknown>): Act[] {
	const relation = relationName(node.relation);
	const noun = nounOf(node.objtype);
	// Without ONLY.
	const inherits = (node.relation as { inh?: boolean } | undefined)?.inh === true;
	const commands = ((node.cmds as { AlterTableCmd: Command }[] | undefined) ?? []).map((item) => item.AlterTableCmd);
	return commands.map((command) => ({
		sign: command.subtype?.startsWith('AT_Drop') ? ('drop' as const) : ('alter' as const),
		lead: 'Alters',
		noun,
		object: relation,
		detail: detailOf(command),
		locks: [{ relation, level: lockOf(command), reaches: inherits ? reachOf(command) : null }, ...referred(command)],
	}));
}

function detailOf(command: Command): string {
	const { subtype = '', name, def } = command;
	const words = DETAILS[subtype];
	if (words) return words(name ?? '', def ?? {}, command);
	// AT_SetUnLogged reads as "set un logged", with the name that it is about.
	const plain = subtype
		.replace(/^AT_/, '')
		.replace(/([a-z])([A-Z])/g, '$1 $2')
		.toLowerCase();
	return name ? `${plain} ${name}` : plain;
}

const DETAILS: Record<string, (name: string, def: Record<string, Record<string, unknown>>, command: Command) => string> = {
	AT_AddColumn: (_, def) => `adds column ${text(def.ColumnDef?.colname)}`,
	AT_DropColumn: (name) => `drops column ${name} and its data`,
	AT_AlterColumnType: (name) => `changes the type of column ${name}`,
	AT_ColumnDefault: (name, def) => `${Object.keys(def).length > 0 ? 'sets' : 'drops'} the default of column ${name}`,
	AT_SetNotNull: (name) => `column ${name} no longer allows NULL`,
	AT_DropNotNull: (name) => `column ${name} allows NULL`,
	AT_AddConstraint: (_, def) => `adds ${constraintKind(def.Constraint?.contype)} ${text(def.Constraint?.conname)}`.trim(),
	AT_DropConstraint: (name) => `drops constraint ${name}`,
	AT_ValidateConstraint: (name) => `validates constraint ${name}`,
	AT_EnableRowSecurity: () => 'enables row-level security',
	AT_DisableRowSecurity: () => 'disables row-level security',
	AT_ForceRowSecurity: () => 'applies row-level security to its owner',
	AT_NoForceRowSecurity: () => 'no longer applies row-level security to its owner',
	AT_ChangeOwner: (_name, _def, command) => `changes its owner to ${command.newowner?.rolename ?? 'the current role'}`,
	AT_EnableTrig: (name) => `enables trigger ${name}`,
	AT_DisableTrig: (name) => `disables trigger ${name}`,
	AT_DisableTrigAll: () => 'disables all triggers',
	AT_EnableTrigAll: () => 'enables all triggers',
	AT_AttachPartition: () => 'attaches a partition',
	AT_DetachPartition: () => 'detaches a partition',
};

function constraintKind(type: unknown): string {
	const words: Record<string, string> = {
		CONSTR_FOREIGN: 'foreign key',
		CONSTR_PRIMARY: 'primary key',
		CONSTR_UNIQUE: 'unique constraint',
		CONSTR_CHECK: 'check',
		CONSTR_EXCLUSION: 'exclusion constraint',
	};
	return words[text(type)] ?? 'constraint';
}

function lockOf(command: Command): LockLevel {
	const { subtype = '', def } = command;
	if (setsQuietOptions(command)) return 'light';
	if (['AT_ValidateConstraint', 'AT_SetStatistics', 'AT_ClusterOn', 'AT_DropCluster', 'AT_AttachPartition'].includes(subtype))
		return 'light';
	if (subtype === 'AT_AddConstraint' && def?.Constraint?.contype === 'CONSTR_FOREIGN') return 'noWrites';
	if (/^AT_(Enable|Disable).*Trig/.test(subtype)) return 'noWrites';
	return 'exclusive';
}

/** What PostgreSQL does to partitions and children too (tablecmds.c, ATPrepCmd and ATExecCmd). */
const RECURSING = [
	...['AT_AddColumn', 'AT_DropColumn', 'AT_AlterColumnType', 'AT_ColumnDefault', 'AT_SetNotNull', 'AT_SetStorage', 'AT_SetExpression'],
	...['AT_DropExpression', 'AT_AddConstraint', 'AT_DropConstraint'],
];

function reachOf(command: Command): Reach | null {
	const { subtype = '', def } = command;
	if (!RECURSING.includes(subtype)) return null;
	const ofConstraint = subtype === 'AT_AddConstraint' ? text(def?.Constraint?.contype) : '';
	// Only a partitioned table has keys that its parts have too.
	if (ofConstraint === 'CONSTR_FOREIGN') return { whom: 'partitions', level: 'noWrites' };
	// As PostgreSQL 18 does; those before keep out writers only.
	if (ofConstraint === 'CONSTR_UNIQUE' || ofConstraint === 'CONSTR_EXCLUSION') return { whom: 'partitions', level: 'exclusive' };
	return { whom: 'children', level: lockOf(command) };
}

/** A foreign key locks the table that it refers to as well, also one beside a new column; a partition is locked as a whole. */
function referred({ subtype, def }: Command): Lock[] {
	if (subtype === 'AT_AttachPartition' || subtype === 'AT_DetachPartition')
		return [{ relation: relationName(def?.PartitionCmd?.name), level: 'exclusive', reaches: { whom: 'children', level: 'exclusive' } }];
	const ofColumn = list(def?.ColumnDef?.constraints).map((one) => (one as { Constraint?: Record<string, unknown> }).Constraint);
	return [def?.Constraint, ...ofColumn].flatMap((constraint) =>
		constraint?.contype === 'CONSTR_FOREIGN' && constraint.pktable
			? [
					{
						relation: relationName(constraint.pktable),
						level: 'noWrites' as const,
						reaches: { whom: 'partitions' as const, level: 'noWrites' as const },
					},
				]
			: [],
	);
}

/** Storage parameters that only whoever vacuums or plans has to know of; all others are changed for everybody at once. */
const QUIET_OPTION = /^(autovacuum_|log_autovacuum_|vacuum_|fillfactor$|toast_tuple_target$|parallel_workers$)/;

function setsQuietOptions({ subtype = '', def }: Command): boolean {
	if (!['AT_SetRelOptions', 'AT_ResetRelOptions'].includes(subtype)) return false;
	const options = list(def?.List?.items).map((item) => (item as { DefElem?: { defname?: string } }).DefElem?.defname ?? '');
	return options.length > 0 && options.every((option) => QUIET_OPTION.test(option));
}
