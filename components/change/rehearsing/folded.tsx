import type { ReactNode } from 'react';
import { countWords } from '#lib/domain/wording/count-words.ts';

/** What opens the rest of a list, or the text behind a line. */
export const MORE_LINK = 'w-fit cursor-pointer py-1 text-sm text-accent max-sm:py-2.5';
/** So many are read at a glance. */
const SHOWN = 12;

type Props<T> = {
	items: readonly T[];
	/** What one of them is. */
	one: string;
	/** How many more there were that were not kept. */
	more: number;
	children: (items: readonly T[]) => ReactNode;
};

/** The first of a long list; the others are a click away. */
export function Folded<T>({ items, one, more, children }: Props<T>) {
	const rest = items.slice(SHOWN);
	return (
		<>
			{children(items.slice(0, SHOWN))}
			{rest.length > 0 && (
				<details className="mt-2">
					<summary className={MORE_LINK}>{countWords(rest.length, `more ${one}`)}</summary>
					<div className="mt-2">{children(rest)}</div>
				</details>
			)}
			{more > 0 && <p className="mt-2 text-sm text-ink-2">And {countWords(more, `more ${one}`)}, not kept.</p>}
		</>
	);
}
