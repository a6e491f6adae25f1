'use client';

import { useRouter } from 'next/navigation';
import type { FormEvent } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import { LINE_PICKER } from './line-picker-id.ts';

/** Opens the form for a comment below a line: the one whose number is pressed, or typed here. `href` is the page without it. */
export function LinePicker({ href, first, last }: { href: string; first: number; last: number }) {
	const router = useRouter();
	const [path = '', query] = href.replace(/#.*$/, '').split('?');
	function pick(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const { submitter } = event.nativeEvent as SubmitEvent;
		const sent = new FormData(event.currentTarget, submitter);
		// Of the field and of the number that was pressed, the latter.
		router.replace(`${href}&line=${String(sent.getAll('line').at(-1))}`, { scroll: false });
	}
	return (
		// Before this script has loaded, the browser itself goes there.
		<form id={LINE_PICKER} action={path} onSubmit={pick} data-print="hide" className="flex items-center gap-2 text-sm sm:ml-auto">
			{[...new URLSearchParams(query)].map(([name, value]) => (
				<input key={name} type="hidden" name={name} value={value} />
			))}
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
