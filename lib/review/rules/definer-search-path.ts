import { nameOf, nameOfNode } from '#lib/sql/plan/parse-names.ts';
import { isDefiner, setsSearchPath } from '../bundle-acts.ts';
import type { ReviewRule } from '../rule.ts';

/** SECURITY DEFINER without a search_path of its own: a caller who may make objects decides what its names mean. */
export const definerSearchPath: ReviewRule = ({ kind, node }, { acts }) => {
	if (node === null || (kind !== 'CreateFunctionStmt' && kind !== 'AlterFunctionStmt')) return [];
	const options = kind === 'CreateFunctionStmt' ? node.options : node.actions;
	if (!isDefiner(options) || setsSearchPath(options)) return [];
	const name = kind === 'CreateFunctionStmt' ? nameOf(node.funcname) : nameOfNode({ ObjectWithArgs: node.func });
	return [
		{
			code: 'definer_search_path',
			about: name,
			judge: () =>
				acts.withSearchPath.has(name)
					? null
					: {
							severity: 'accept',
							message: `${name} runs with its owner’s rights (SECURITY DEFINER) and the caller’s search_path: a caller who can make a table or a function of a name that it uses runs their own code as the owner`,
							instead: 'Add SET search_path = pg_catalog, pg_temp, and write every name in the body with its schema.',
						},
		},
	];
};
