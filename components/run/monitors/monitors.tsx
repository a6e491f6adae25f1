'use client';

import { useState } from 'react';
import { FurtherMonitors, Monitor } from './monitor.tsx';
import { furtherReadings, mainReadings } from './readings.ts';
import { SampleTable } from './sample-table.tsx';
import type { Seen } from './seen.ts';
import { type Range, shownOf } from './shown.ts';
import { WaitingSessions } from './waiting-sessions.tsx';

const RANGES = [
	{ value: 'recent', title: '5 min' },
	{ value: 'whole', title: 'Whole run' },
] as const satisfies { value: Range; title: string }[];

/** What was measured on the target: small charts with their limits. `over`: the run has ended; the whole run is shown by default. */
export function Monitors({ seen, over }: { seen: Seen; over: boolean }) {
	const [chosen, setChosen] = useState<Range | null>(null);
	const range = chosen ?? (over ? 'whole' : 'recent');
	const { latest, limits, points } = seen;
	const main = mainReadings(latest, limits);
	const further = furtherReadings(latest);
	const shown = shownOf(points, range);
	return (
		<section aria-labelledby="monitors" className="grid min-w-0 grid-cols-1 gap-2.5">
			<h2 id="monitors" className="sr-only">
				Monitors
			</h2>
			<ul className="grid grid-cols-1 gap-2.5 min-[360px]:grid-cols-2 lg:grid-cols-3 xl:grid-cols-1">
				{main.map((reading) => (
					<Monitor key={reading.key} reading={reading} shown={shown} />
				))}
				<FurtherMonitors readings={further} shown={shown} />
			</ul>
			<WaitingSessions waiting={latest?.waiting ?? null} />
			<div className="flex flex-wrap items-center justify-between gap-2">
				<p className="text-sm text-ink-2">
					{latest ? `Sampled at ${latest.at.slice(11, 19)} UTC` : over ? 'Not watched' : 'No sample yet'}
				</p>
				<RangeChoice range={range} onChoose={setChosen} />
			</div>
			<SampleTable readings={[...main, ...further]} shown={shown} />
		</section>
	);
}

function RangeChoice({ range, onChoose }: { range: Range; onChoose: (range: Range) => void }) {
	return (
		<fieldset data-print="hide" className="flex rounded-md border border-line bg-sunken p-px">
			<legend className="sr-only">Charts show</legend>
			{RANGES.map(({ value, title }) => (
				<label
					key={value}
					className="grid h-6 place-items-center rounded-[5px] border border-transparent px-2 text-sm text-ink-2 hover:text-ink has-checked:border-line has-checked:bg-panel has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
				>
					<input type="radio" name="monitor-range" className="sr-only" checked={range === value} onChange={() => onChoose(value)} />
					{title}
				</label>
			))}
		</fieldset>
	);
}
