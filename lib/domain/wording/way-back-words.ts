import type { Target } from '../target/target.ts';

/** How a target's way back is shown, as a beginning of a sentence. */
export const WAY_BACK_WORDS: Record<Target['wayBack'], string> = {
	scratch_restore: 'The run restores its own backup beside the live database and compares, before BEGIN',
	attestation: 'Attested by the Database Administrator in the signed statement; not tested',
	rehearsed:
		'A rehearsal of the revision has restored a backup in full; the run restores the definitions of its own backup and compares them, before BEGIN',
};
