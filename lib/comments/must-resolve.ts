import type { Target } from '#lib/domain/target/target.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';

/** How many comments of the change are open, on whatever revision. */
export function countOpenComments(store: Store | StoreTransaction, changeId: string): Promise<number> {
	return store.comment.count({ where: { revision: { changeId }, resolution: { is: null } } });
}

/** Why open comments keep a change of that target from being signed; null when they do not. */
export function mustResolve({ target, open }: { target: Pick<Target, 'name' | 'comments'>; open: number }): string | null {
	if (open === 0 || target.comments === 'may_stay_open') return null;
	return `${countWords(open, 'comment')} must be resolved first: on ${target.name} nobody signs while one is open.`;
}
