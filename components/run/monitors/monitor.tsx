import { TriangleAlert } from 'lucide-react';
import { classNames } from '#components/ui/class-names.ts';
import { LineChart } from './line-chart.tsx';
import type { Reading } from './readings.ts';
import type { Shown } from './shown.ts';

/** Hidden when the panel is narrow. */
const LIMIT = 'limit ';

/** One metric: its current value in large type, its limit beside the title, its chart below. The height never changes. */
export function Monitor({ reading, shown }: { reading: Reading; shown: Shown }) {
	const { title, value, words, missing, limit, limitWords, over } = reading;
	return (
		<li className="panel px-3 py-2">
			<h3 className="flex items-baseline justify-between gap-2 text-sm">
				<span className="whitespace-nowrap font-medium text-ink-2">{title}</span>
				<span className="whitespace-nowrap text-ink-3">
					{limitWords.startsWith(LIMIT) && <span className="max-sm:sr-only">{LIMIT}</span>}
					{limitWords.replace(LIMIT, '')}
				</span>
			</h3>
			<p className="flex h-[46px] flex-wrap content-start items-baseline gap-x-1.5 overflow-hidden sm:h-[26px]" title={words || undefined}>
				<Value value={value} over={over} missing={missing !== null} />
				<span className="max-w-full truncate text-sm text-ink-2 sm:min-w-0 sm:flex-1">{words}</span>
			</p>
			{missing ? (
				<p className="mt-0.5 line-clamp-2 h-[34px] text-xs text-ink-2" title={missing}>
					{missing}
				</p>
			) : (
				<div className="mt-0.5">
					<LineChart
						course={courseOf(reading, shown)}
						fromMs={shown.fromMs}
						toMs={shown.toMs}
						limit={limit}
						label={alternative(reading, shown)}
					/>
				</div>
			)}
		</li>
	);
}

/** Several metrics without a limit in one panel, one line each. */
export function FurtherMonitors({ readings, shown }: { readings: Reading[]; shown: Shown }) {
	return (
		<li className="panel col-span-full grid gap-y-1.5 px-3 py-2 xl:col-span-1">
			{readings.map((reading) => (
				<div key={reading.key} className="grid h-[38px] grid-cols-[minmax(0,1fr)_90px] gap-x-3">
					<div className="min-w-0">
						<h3 className="truncate text-sm font-medium text-ink-2">{reading.title}</h3>
						<p className="truncate text-sm" title={reading.words || undefined}>
							<span className="font-medium">{reading.value ?? '–'}</span>
							{reading.words && <span className="text-ink-2"> {reading.words}</span>}
						</p>
					</div>
					<LineChart
						course={courseOf(reading, shown)}
						fromMs={shown.fromMs}
						toMs={shown.toMs}
						limit={null}
						label={alternative(reading, shown)}
					/>
				</div>
			))}
		</li>
	);
}

function Value({ value, over, missing }: { value: string | null; over: boolean; missing: boolean }) {
	if (missing) return <span className="text-base leading-[26px] text-wait">{value}</span>;
	return (
		<span
			className={classNames(
				'inline-flex items-center gap-1 whitespace-nowrap text-xl font-semibold tracking-[-0.01em]',
				over && 'text-fail',
			)}
		>
			{over && <TriangleAlert className="size-4" aria-hidden />}
			{value ?? '–'}
			{over && <span className="sr-only">, over the limit</span>}
		</span>
	);
}

function courseOf({ key }: Reading, { points }: Shown) {
	return points.map((point) => ({ t: point.t, value: point[key] }));
}

/** The chart in words: now, the highest, the limit. */
function alternative({ key, title, value, words, format, limitWords }: Reading, { points, fromMs, rangeWords }: Shown): string {
	const values = points.flatMap((point) => (point.t >= fromMs && point[key] !== null ? [point[key]] : []));
	const highest = values.length > 0 ? `; highest in ${rangeWords}: ${format(values.reduce((a, b) => Math.max(a, b)))}` : '';
	return `${title}: now ${[value ?? 'no sample yet', words].filter(Boolean).join(', ')}${highest}${limitWords ? `; limit: ${limitWords}` : ''}`;
}
