'use client';

import { useRouter } from 'next/navigation';
import type { FormEvent } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import { LINE_PICKER } from './line-picker-id.ts';

/** Opens the form for a comment below a line: the one whose number is pressed, or typed here. `href` is the page without it. */
export function LinePicker({ href, first, last }: { href: string; first: number; last: number }) {
	const router = useRouter();
	function pick(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const { submitter } = event.nativeEvent as SubmitEvent;
		const sent = new FormData(event.currentTarget, submitter);
		router.replace(`${href}&line=${String(sent.get('at') ?? sent.get('line'))}`, { scroll: false });
	}
	return (
		<form id={LINE_PICKER} onSubmit={pick} data-print="hide" className="flex items-center gap-2 text-sm sm:ml-auto">
			<label htmlFor="line" className="text-ink-2">
				Comment on line
			</label>
			<input
				id="line"
				name="line"
				type="number"
				inputMode="numeric"
				required
				min={first}
				max={last}
				className="mono h-7 w-[8ch] rounded-md border border-field-line bg-panel px-2 text-ink max-sm:h-11 max-sm:text-[16px]"
			/>
			<Button type="submit" size="small" className="max-sm:h-11">
				Open
			</Button>
		</form>
	);
}
