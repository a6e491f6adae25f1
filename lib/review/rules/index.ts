import type { ReviewRule } from '../rule.ts';
import { altersExtension } from './alters-extension.ts';
import { altersLogin } from './alters-login.ts';
import { buildsIndex } from './builds-index.ts';
import { crossesBoundary } from './crosses-boundary.ts';
import { definerSearchPath } from './definer-search-path.ts';
import { dropsUsed } from './drops-used.ts';
import { locksBackwards } from './locks-backwards.ts';
import { locksOut } from './locks-out.ts';
import { noRowSecurity } from './no-row-security.ts';
import { opensToPublic } from './opens-to-public.ts';
import { outlastsRestore } from './outlasts-restore.ts';
import { requiredColumn } from './required-column.ts';
import { rewritesTable } from './rewrites-table.ts';
import { scansTable } from './scans-table.ts';
import { takesRows } from './takes-rows.ts';

/** In the order in which what they say of one statement stands: the worst first. */
export const REVIEW_RULES: readonly ReviewRule[] = [
	altersExtension,
	altersLogin,
	takesRows,
	dropsUsed,
	outlastsRestore,
	crossesBoundary,
	opensToPublic,
	noRowSecurity,
	definerSearchPath,
	requiredColumn,
	rewritesTable,
	scansTable,
	buildsIndex,
	locksBackwards,
	locksOut,
];
