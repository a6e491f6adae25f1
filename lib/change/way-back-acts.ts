import type { OnParsed, StatementPlace } from '#lib/bundle/check-file.ts';
import type { ParsedStatement } from '#lib/sql/split-statements.ts';

/** As far as the text tells which roles are taken away. A DO block says nothing: that is looked at before COMMIT. */
export type RoleAct = { at: StatementPlace; drops: boolean; roles: string[] };

/** What statements of a bundle do that bears on a restore. */
export type WayBackActs = { roles: RoleAct[] };

/** Gathers it from the statements as they are checked. */
export function readWayBackActs(): { acts: WayBackActs; read: OnParsed } {
	const acts: WayBackActs = { roles: [] };
	return {
		acts,
		read: (statement, at) => {
			const roles = rolesTakenAway(statement);
			if (roles.length > 0) acts.roles.push({ at, drops: statement.kind === 'DropRoleStmt', roles });
		},
	};
}

function rolesTakenAway({ kind, node }: ParsedStatement): string[] {
	if (kind === 'RenameStmt' && node?.renameType === 'OBJECT_ROLE') return [String(node.subname)];
	if (kind !== 'DropRoleStmt') return [];
	return ((node?.roles as { RoleSpec?: { rolename?: string } }[] | undefined) ?? []).flatMap(({ RoleSpec }) => RoleSpec?.rolename ?? []);
}
