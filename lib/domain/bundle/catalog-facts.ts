import type { Falls, FallsAsk } from '../impact.ts';

/** What a review asks the target's catalog. Names are as SQL writes them. */
export type FactsAsk = {
	relations: string[];
	/** Relations, of which each may read another. */
	reads: string[];
	/** Without quotes, as the catalog has them. */
	schemas: string[];
	falls: FallsAsk[];
	/** Relations and functions that the text of some function may say. */
	mentions: string[];
	/** Functions, without their schemas: whether they give another value at each call. */
	functions: string[];
	/** Roles, without quotes: what they own and may do here. */
	roles: string[];
	/** Roles with a schema, in whose tables they may write. */
	writers: WriterAsk[];
	/** What may belong to an extension. */
	members: MemberAsk[];
};
export type WriterAsk = { role: string; schema: string };
/** `args`: the types that a routine is known by; null: whichever they are. Null for others. */
export type MemberAsk = { of: 'relation' | 'routine' | 'type'; name: string; args: string[] | null };

export type ColumnFacts = {
	/** As format_type writes it, such as `character varying(20)`. */
	type: string;
	/** Declared, or proved by a valid check. */
	notNull: boolean;
};
/** Rows are as statistics have them; bytes are with indexes, TOAST and partitions. */
export type RelationFacts = { schema: string; rows: number; bytes: number; columns: Record<string, ColumnFacts> };

/** The answers, each by the name that was asked; null or absent: the target has nothing of that name now. */
export type CatalogFacts = {
	relations: Record<string, RelationFacts | null>;
	/** Which others of those that were asked it reads: a view what is in its query, a table its partitions. */
	reads: Record<string, string[]>;
	/** How many tables it has, partitions aside, and how many of them have row-level security. */
	schemas: Record<string, { tables: number; secured: number }>;
	falls: Record<string, Falls>;
	/** Functions, such as `eng.total(integer)`, whose text says the name. */
	mentions: Record<string, string[]>;
	volatileFunctions: string[];
	/** What names the role: what it owns, its privileges, policies. */
	roles: Record<string, string[]>;
	/** By `keyOfWriter`: how many tables of the schema the role may write to; absent for a role that is not there. */
	writers: Record<string, number>;
	/** By `keyOfMember`: absent for what belongs to no extension. `isDumped`: all its rows are; `isGivenBack`: the restore login gives privileges on it. */
	members: Record<string, MemberFacts>;
};
export type MemberFacts = { extension: string; isDumped: boolean; isGivenBack: boolean };

export function keyOfWriter({ role, schema }: WriterAsk): string {
	return `${role} ${schema}`;
}

export function keyOfMember({ of, name, args }: MemberAsk): string {
	return `${of} ${name}${args === null ? '' : `(${args.join(', ')})`}`;
}
