/** What a schema of a target holds, by its bare names, without quotes. */
export type SchemaNames = { schema: string; relations: { name: string; columns: string[] }[]; functions: string[] };

/**
 * What a target holds, for whoever writes about it: `relations` are its tables and views as SQL writes them, `schemas` everything by its schema.
 * `why` says why there is nothing to show.
 */
export type TargetNames = { relations: string[]; schemas: SchemaNames[]; why: string | null };

/** What a manifest for a target may name, by its definition. */
export type Nameable = {
	/** Roles that trial queries may use. */
	trialRoles: string[];
	/** Roles that smoke tests may use. */
	smokeTestRoles: string[];
	services: string[];
};
