import { type Act, LOCKS } from './act.ts';
import { nounOf, relationName, text } from './parse-names.ts';

type Command = { subtype?: string; name?: string; def?: Record<string, Record<string, unknown>>; newowner?: { rolename?: string } };

/** ALTER TABLE and its relatives: one act a subcommand, all about one relation. Locks as PostgreSQL's manual, "ALTER TABLE", gives them. */
export function alterActs(node: Record<string, unknown>): Act[] {
	const relation = relationName(node.relation);
	const noun = nounOf(node.objtype);
	const commands = ((node.cmds as { AlterTableCmd: Command }[] | undefined) ?? []).map((item) => item.AlterTableCmd);
	return commands.map((command) => ({
		sign: command.subtype?.startsWith('AT_Drop') ? ('drop' as const) : ('alter' as const),
		lead: 'Alters',
		noun,
		object: relation,
		detail: detailOf(command),
		lock: { relation, words: lockOf(command) },
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
	AT_SetNotNull: (name) => `column ${name} no longer takes NULL`,
	AT_DropNotNull: (name) => `column ${name} takes NULL`,
	AT_AddConstraint: (_, def) => `adds ${constraintKind(def.Constraint?.contype)} ${text(def.Constraint?.conname)}`.trim(),
	AT_DropConstraint: (name) => `drops constraint ${name}`,
	AT_ValidateConstraint: (name) => `validates constraint ${name}`,
	AT_EnableRowSecurity: () => 'enables row-level security',
	AT_DisableRowSecurity: () => 'disables row-level security',
	AT_ForceRowSecurity: () => 'holds its owner to row-level security',
	AT_NoForceRowSecurity: () => 'frees its owner from row-level security',
	AT_ChangeOwner: (_name, _def, command) => `gives it to ${command.newowner?.rolename ?? 'the current role'}`,
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

function lockOf({ subtype = '', def }: Command): string {
	if (['AT_ValidateConstraint', 'AT_SetStatistics', 'AT_ClusterOn', 'AT_DropCluster', 'AT_AttachPartition'].includes(subtype))
		return LOCKS.light;
	if (subtype === 'AT_AddConstraint' && def?.Constraint?.contype === 'CONSTR_FOREIGN') return LOCKS.noWrites;
	if (/^AT_(Enable|Disable).*Trig/.test(subtype)) return LOCKS.noWrites;
	return LOCKS.exclusive;
}
