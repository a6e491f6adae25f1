import type { World } from './world.ts';

/** One row of the fault table. */
export type Row = {
	row: number;
	/** Where the fault strikes. */
	step: string;
	fault: string;
	/** What must be so afterwards. */
	required: string;
	/** It mounts a small disk. */
	needsRoot?: true;
	/** Begun before the others. */
	long?: true;
	/** Injects the fault for real and looks at the databases. Returns what happened, in a line; throws when that is not what is required. */
	run(world: World): Promise<string>;
};
