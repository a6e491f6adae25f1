type Tree = Record<string, unknown>;

/** A WHERE that leaves out no row, as far as its text tells: `true`, `1 = 1`, or one of these after OR. */
export function isAlwaysTrue(clause: unknown): boolean {
	const [kind, node] = Object.entries((clause ?? {}) as Record<string, Tree>)[0] ?? [];
	if (kind === 'A_Const') return (node?.boolval as Tree | undefined)?.boolval === true;
	if (kind === 'BoolExpr') {
		const args = (node?.args as unknown[] | undefined) ?? [];
		if (node?.boolop === 'OR_EXPR') return args.some(isAlwaysTrue);
		return node?.boolop === 'AND_EXPR' && args.every(isAlwaysTrue);
	}
	if (kind !== 'A_Expr' || node?.kind !== 'AEXPR_OP' || !isEquals(node.name)) return false;
	const [left, right] = [constant(node.lexpr), constant(node.rexpr)];
	return left !== null && left === right;
}

function isEquals(name: unknown): boolean {
	return JSON.stringify(name) === '[{"String":{"sval":"="}}]';
}

/** A constant without the place where it stands; null for all else. */
function constant(node: unknown): string | null {
	const value = (node as { A_Const?: Tree } | undefined)?.A_Const;
	if (!value) return null;
	const { location: _, ...rest } = value;
	return JSON.stringify(rest);
}
