import { Lock, LockOpen } from 'lucide-react';
import { Suspense } from 'react';
import type { Impact } from '#lib/domain/impact.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { SizeWords } from './size-words.tsx';

type Touched = { name: string; lock: string; level: 'exclusive' | 'noWrites' | 'rows' | 'light'; statements: number };

const INK = { exclusive: 'text-fail', noWrites: 'text-wait', rows: 'text-ink-3', light: 'text-ink-3' };

/** What was there before and is worked on: how large it is, and who waits for it. */
export function TouchedList({
	touched,
	more,
	impact,
	target,
}: {
	touched: Touched[];
	more: number;
	impact: Promise<Impact>;
	target: string;
}) {
	return (
		<ul className="panel divide-y divide-line">
			{touched.length === 0 && (
				<li className="px-3.5 py-2">
					<p className="font-medium">None</p>
					<p className="text-sm text-ink-2">As far as the SQL shows, no existing object is locked.</p>
				</li>
			)}
			{touched.map(({ name, lock, level, statements }) => {
				const Icon = level === 'light' ? LockOpen : Lock;
				return (
					<li key={name} className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2.5 px-3.5 py-2 sm:grid-cols-[16px_minmax(0,1fr)_auto]">
						<Icon className={`mt-[3px] size-3.5 ${INK[level]}`} strokeWidth={2.25} aria-hidden />
						<div className="min-w-0 [overflow-wrap:anywhere]">
							<code className="font-medium">{name}</code>
							<p className="text-sm text-ink-2">
								{lock}
								{statements > 1 && ` · ${countWords(statements, 'statement')}`}
							</p>
						</div>
						<p className="text-sm text-ink-2 max-sm:col-start-2 sm:text-right">
							<Suspense fallback={<span className="text-ink-3">asking {target}…</span>}>
								<SizeWords impact={impact} name={name} />
							</Suspense>
						</p>
					</li>
				);
			})}
			<Suspense>
				<AlsoLocked impact={impact} />
			</Suspense>
			{more > 0 && <li className="px-3.5 py-2 text-ink-2">And {more} more: read the SQL.</li>}
		</ul>
	);
}

const ALSO = { exclusive: 'Blocks reads and writes until COMMIT', noWrites: 'Blocks writes until COMMIT' };
const WHY = { fell: 'it goes with what falls or is emptied', reached: 'it belongs to what is locked' };

/** What the SQL does not name: partitions and children are locked with their table, a dropped table's foreign keys lock the tables at their other ends, and CASCADE locks what it takes along. */
async function AlsoLocked({ impact }: { impact: Promise<Impact> }) {
	const answer = await impact;
	if (!answer.measured) return null;
	return answer.alsoLocked.map(({ name, level, because }) => (
		<li key={name} className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2.5 px-3.5 py-2">
			<Lock className={`mt-[3px] size-3.5 ${INK[level]}`} strokeWidth={2.25} aria-hidden />
			<div className="min-w-0 [overflow-wrap:anywhere]">
				<code className="font-medium">{name}</code>
				<p className="text-sm text-ink-2">
					{ALSO[level]} · the SQL does not say so: {WHY[because]}
				</p>
			</div>
		</li>
	));
}
