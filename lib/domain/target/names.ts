/** The tables and views of a target as SQL writes them; `why` says why there are none to show. */
export type TargetNames = { relations: string[]; why: string | null };

/** What a manifest for a target may name, by its definition. */
export type Nameable = {
	/** Roles that trial queries may use. */
	trialRoles: string[];
	/** Roles that smoke tests may use. */
	smokeTestRoles: string[];
	services: string[];
};
