'use client';

import { useState } from 'react';
import { lazily } from '#components/ui/lazily.tsx';
import type { Reading } from './readings.ts';
import type { Shown } from './shown.ts';

const SampleFigures = lazily(() => import('./sample-figures.tsx').then((file) => file.SampleFigures));

/** The same metrics as a table. Loaded, and rendered, only when it is opened. */
export function SampleTable({ readings, shown }: { readings: Reading[]; shown: Shown }) {
	const [open, setOpen] = useState(false);
	return (
		<details className="min-w-0 text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary className="text-ink-2">Show as a table</summary>
			{open && <SampleFigures readings={readings} shown={shown} />}
		</details>
	);
}
