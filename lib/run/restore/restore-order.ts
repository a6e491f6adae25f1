import type { RestorePrice } from '#lib/domain/restore-price.ts';
import type { Failure } from '#lib/domain/run.ts';
import type { Door } from '#lib/postgres/sessions/closed-door.ts';
import type { KeptBackup } from '#lib/run/owner/keep-facts.ts';

export type RestoreOrder = {
	backup: KeptBackup;
	/** Why it is needed. */
	failure: Failure;
	/** The price that people confirmed; null where the signed plan says automatic. */
	confirmed: RestorePrice | null;
};

/** How it was seen right before the swap that a database may take the live one's place, and behind which door. */
export type ProvedAgain = { door: Door; hasUnlogged: boolean; provedAgain: string };
