import { type ParsedStatement, type SqlStatement, splitStatements } from '#lib/sql/split-statements.ts';

/** A statement of the bundle, and the file that it is in. */
export type BundleStatement = { file: string; statement: SqlStatement };

/** The bundle's statements, in order. `onParsed` gets each with its tree and its file. */
export async function splitBundle(
	files: readonly { path: string; bytes: Buffer }[],
	onParsed?: (statement: ParsedStatement, file: string) => void,
): Promise<BundleStatement[]> {
	const all: BundleStatement[] = [];
	for (const { path, bytes } of files) {
		const statements = await splitStatements(bytes.toString('utf8'), onParsed && ((statement) => onParsed(statement, path)));
		for (const statement of statements) all.push({ file: path, statement });
	}
	return all;
}

/** Whether a statement may drop one of these roles, as far as its text tells: better once too often. */
export function dropsAny(statements: BundleStatement[], roles: { name: string }[]): boolean {
	const drops = statements.filter(({ statement }) => statement.kind === 'DropRoleStmt').map(({ statement }) => statement.sql.toLowerCase());
	return drops.some((sql) => roles.some(({ name }) => sql.includes(name.toLowerCase())));
}
