import type { SeenRows, Visible } from '#lib/domain/rehearsed/visible.ts';
import type { Readable, Seen, SeenByAll, SeenByOne } from '#lib/postgres/reading/read-visible.ts';
import { countInBoth, onlyIn } from '#lib/postgres/reading/row-ids.ts';

/** The relations, and what each reader sees of them. `everything`: all rows that were there before. */
export type Side = { relations: readonly Readable[]; seen: SeenByAll };
type Sides = { before: Side & { everything: SeenByOne }; after: Side; isMeant: (visible: Pick<Visible, 'reader' | 'relation'>) => boolean };

/** What each reader sees before and after, of relations that it may read on one side at least. In the order of readers and relations. Pure. */
export function compareVisible({ before, after, isMeant }: Sides): Visible[] {
	const pairs = pairsOf(before.relations, after.relations);
	return [...after.seen.keys()].flatMap((reader) =>
		pairs.flatMap(({ was, is }): Visible[] => {
			const old = seenOf(was, before.seen.get(reader));
			const now = seenOf(is, after.seen.get(reader));
			if (isNothing(old.rows) && isNothing(now.rows)) return [];
			const { relation, kind } = (is ?? was) as Readable;
			const named = { reader, relation };
			const everything = was ? (before.everything.get(was.oid) ?? null) : null;
			return [{ ...named, kind, before: old.rows, after: now.rows, ...differenceOf({ old, now, everything }), isMeant: isMeant(named) }];
		}),
	);
}

type Pair = { was: Readable | null; is: Readable | null };

/** The same relation, whatever it is called now; or one that was made anew under the old name. */
function pairsOf(before: readonly Readable[], after: readonly Readable[]): Pair[] {
	const byOid = new Map(before.map((one) => [one.oid, one]));
	const byName = new Map(before.map((one) => [one.relation, one]));
	const kept = new Set(after.map(({ oid }) => oid));
	const pairs = after.map((is): Pair => {
		const namesake = byName.get(is.relation);
		return { was: byOid.get(is.oid) ?? (namesake && !kept.has(namesake.oid) ? namesake : null), is };
	});
	const found = new Set(pairs.map(({ was }) => was));
	return [...pairs, ...before.filter((was) => !found.has(was)).map((was) => ({ was, is: null }))];
}

/** The relations after the change, to be told apart by what told them apart before; where that is gone, they are only counted. */
export function identifiedAsBefore(before: readonly Readable[], after: readonly Readable[]): Readable[] {
	return pairsOf(before, after).flatMap(({ was, is }) => {
		if (!is) return [];
		if (!was) return [{ ...is, identity: [] }];
		return [{ ...is, identity: was.identity.every((column) => is.columns.includes(column)) ? was.identity : [] }];
	});
}

function seenOf(relation: Readable | null, seen: SeenByOne | undefined): Seen {
	if (!relation) return { rows: 'absent', ids: null };
	return seen?.get(relation.oid) ?? { rows: 'denied', ids: null };
}

function isNothing(rows: SeenRows): boolean {
	return rows === 'absent' || rows === 'denied';
}

type Compared = { old: Seen; now: Seen; everything: Seen | null };

function differenceOf({ old, now, everything }: Compared): Pick<Visible, 'gained' | 'revealed' | 'lost'> {
	const lost = isNothing(now.rows) ? countOf(old.rows) : lessOf(old, now);
	// A relation that was not there before holds nothing that was.
	if (old.rows === 'absent') return { gained: countOf(now.rows), revealed: 0, lost };
	if (isNothing(now.rows)) return { gained: 0, revealed: 0, lost };
	const before = old.rows === 'denied' ? new BigInt64Array() : old.ids;
	if (!before || !now.ids) return { gained: lessOf(now, old), revealed: null, lost };
	const gained = onlyIn(now.ids, before);
	const revealed = gained.length === 0 ? 0 : everything?.ids ? countInBoth(gained, everything.ids) : null;
	return { gained: gained.length, revealed, lost };
}

/** How many rows `one` has that `other` lacks: by what they are, or at least as many by their numbers alone. Null: no number shows it. */
function lessOf(one: Seen, other: Seen): number | null {
	if (one.ids && other.ids) return onlyIn(one.ids, other.ids).length;
	const [mine, theirs] = [countOf(one.rows), isNothing(other.rows) ? 0 : countOf(other.rows)];
	if (mine === null || theirs === null) return null;
	return mine > theirs || mine === 0 ? mine - Math.min(mine, theirs) : null;
}

/** Null where there may be more, or it was not counted. */
function countOf(rows: SeenRows): number | null {
	if (isNothing(rows)) return 0;
	return typeof rows === 'object' && !rows.more ? rows.rows : null;
}
