import type { OpenRun } from '#lib/run/owner/open-run.ts';
import type { LeftAsKept } from './look-after-commit.ts';

/** People do not read more at once. */
const SHOWN = 10;

/** What the change did to the whole cluster: `stays` as "role clerk is new". */
export function staysWords(stays: readonly string[]): string {
	const more = stays.length > SHOWN ? `; and ${stays.length - SHOWN} more` : '';
	return `A restore does not undo what the change altered of the whole cluster: ${stays.slice(0, SHOWN).join('; ')}${more}`;
}

/** What a restore of this run would leave of the change; null when that is nothing, or was not kept. */
export async function readStays({ store, runId }: Pick<OpenRun, 'store' | 'runId'>): Promise<string | null> {
	const { look } = await store.run.findUniqueOrThrow({ where: { id: runId }, select: { look: true } });
	const { stays = [] } = (look as LeftAsKept | null)?.left ?? {};
	return stays.length === 0 ? null : staysWords(stays);
}
