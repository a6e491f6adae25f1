import { Diamond, KeyRound, type LucideIcon, Minus, Pencil, Plus, Rows3, TriangleAlert } from 'lucide-react';
import { Fragment } from 'react';
import { countWords } from '#lib/domain/wording/count-words.ts';

type Sign = 'create' | 'alter' | 'drop' | 'data' | 'grant' | 'other';
type PlanLine = {
	sign: Sign;
	lead: string;
	names: string[];
	more: number;
	details: string[];
	note: string | null;
	beyondRestore: string | null;
	files: number;
};

const LOOK: Record<Sign, { icon: LucideIcon; ink: string; word: string }> = {
	create: { icon: Plus, ink: 'text-done', word: 'Adds' },
	alter: { icon: Pencil, ink: 'text-wait', word: 'Alters' },
	drop: { icon: Minus, ink: 'text-fail', word: 'Removes' },
	data: { icon: Rows3, ink: 'text-wait', word: 'Writes rows' },
	grant: { icon: KeyRound, ink: 'text-accent', word: 'Privileges' },
	other: { icon: Diamond, ink: 'text-ink-3', word: 'Other' },
};

/** What the SQL does, in words, one line for each kind. Effects that no restore undoes come first, then removals. */
export function PlanList({ lines, more }: { lines: PlanLine[]; more: number }) {
	return (
		<ol className="panel divide-y divide-line">
			{lines.map((line) => {
				const { icon: Icon, ink, word } = LOOK[line.sign];
				return (
					<li
						key={`${line.sign} ${line.lead} ${line.names[0]}`}
						className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2.5 px-3.5 py-2 sm:grid-cols-[16px_minmax(0,1fr)_auto]"
					>
						<Icon className={`mt-[3px] size-3.5 ${ink}`} strokeWidth={2.25} aria-label={word} />
						<div className="min-w-0 [overflow-wrap:anywhere]">
							{line.lead}{' '}
							{line.names.map((name, index) => (
								<Fragment key={name}>
									{index > 0 && ', '}
									<code>{name}</code>
								</Fragment>
							))}
							{line.more > 0 && ` and ${line.more} more`}
							{line.details.length > 0 && `: ${line.details.join('; ')}`}
							{line.note && <p className="text-sm text-ink-2">{line.note}</p>}
							{line.beyondRestore && (
								<p className="flex gap-1.5 text-sm text-wait">
									<TriangleAlert className="mt-[3px] size-3.5 flex-none" strokeWidth={2} aria-hidden />
									{line.beyondRestore}
								</p>
							)}
						</div>
						<span className="text-sm text-ink-3 max-sm:col-start-2">{line.files === 1 ? '' : countWords(line.files, 'file')}</span>
					</li>
				);
			})}
			{more > 0 && <li className="px-3.5 py-2 text-ink-2">And {more} more lines like these: read the SQL.</li>}
		</ol>
	);
}
