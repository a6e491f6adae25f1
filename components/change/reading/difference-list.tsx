import { Minus, Pencil, Plus } from 'lucide-react';
import Link from 'next/link';

type FileDifference = { path: string; state: 'added' | 'changed' | 'removed'; added: number; removed: number; isExact: boolean };
export type Differences = {
	revision: number;
	decided: { refused: boolean; name: string; role: string; reason: string | null };
	files: FileDifference[];
	isReordered: boolean;
	words: string[];
};

const LOOK = {
	added: { icon: Plus, ink: 'text-done', word: 'Added' },
	changed: { icon: Pencil, ink: 'text-wait', word: 'Changed' },
	removed: { icon: Minus, ink: 'text-fail', word: 'Removed' },
};

type Props = { differences: Differences; hrefOf: (path: string) => string | null; compareHref: string };

/**
 * What differs from the revision that somebody decided about before; `hrefOf` is where a file of this revision is read, `compareHref`
 * where both are compared line by line.
 */
export function DifferenceList({ differences, hrefOf, compareHref }: Props) {
	const { decided, files, words, isReordered } = differences;
	const isSame = files.length === 0 && words.length === 0 && !isReordered;
	return (
		<div className="grid gap-2">
			<p className="prose [overflow-wrap:anywhere]">
				{decided.name} {decided.refused ? 'refused' : 'signed'} revision {differences.revision} as {decided.role}
				{decided.reason ? `: “${decided.reason}”` : '.'}
			</p>
			<ul className="panel divide-y divide-line">
				{files.map(({ path, state, added, removed, isExact }) => {
					const { icon: Icon, ink, word } = LOOK[state];
					const href = state === 'removed' ? null : hrefOf(path);
					return (
						<li key={path} className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-baseline gap-x-2.5 px-3.5 py-2">
							<Icon className={`size-3.5 self-center ${ink}`} strokeWidth={2.25} aria-label={word} />
							<code className="min-w-0 [overflow-wrap:anywhere]">
								{href ? (
									<Link href={href} scroll={false} prefetch={false} className="text-accent underline underline-offset-2">
										{path}
									</Link>
								) : (
									path
								)}
							</code>
							<span className="mono text-sm whitespace-nowrap">
								<span className="text-done">+{added.toLocaleString('en')}</span>{' '}
								<span className="text-fail">−{removed.toLocaleString('en')}</span>
								<span className="sr-only"> lines</span>
								{!isExact && <span className="text-ink-3"> about</span>}
							</span>
						</li>
					);
				})}
				{isReordered && <li className="px-3.5 py-2">The files run in a different order.</li>}
				{words.length > 0 && <li className="px-3.5 py-2">Also changed: {words.join(', ')}.</li>}
				{isSame && <li className="px-3.5 py-2 text-ink-2">Only the window, the target’s state or the title differs.</li>}
			</ul>
			<p>
				<Link href={compareHref} prefetch={false} className="inline-block text-accent underline underline-offset-2 max-sm:py-2.5">
					Compare line by line with revision {differences.revision}
				</Link>
			</p>
		</div>
	);
}
