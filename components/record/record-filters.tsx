'use client';

import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { Button, ButtonLink } from '#components/ui/form/button.tsx';
import { Select, TextInput } from '#components/ui/form/field.tsx';

type Chosen = { kind?: string; actor?: string; change?: number; target?: string; from?: string; to?: string; q?: string };
type Option = { value: string; title: string };

type RecordFiltersProps = { chosen: Chosen; kinds: Option[]; actors: Option[]; targets: string[] };

/** A plain form: the filters are in the address, so a view of the record can be shared. */
export function RecordFilters({ chosen, kinds, actors, targets }: RecordFiltersProps) {
	const filtered = Object.values(chosen).some((value) => value !== undefined);
	// On a narrow screen the record comes first; the filters are one tap away.
	const [open, setOpen] = useState(false);
	const rest = open ? '' : 'max-md:hidden';
	return (
		<form
			action="/record"
			data-print="hide"
			className="mb-4 grid grid-cols-2 items-end gap-3 md:grid-cols-4 xl:grid-cols-[2fr_1.4fr_1.4fr_1.4fr_0.8fr_1fr_1fr_auto]"
		>
			<TextInput
				id="q"
				name="q"
				type="search"
				label="Search"
				placeholder="Words in the entry"
				defaultValue={chosen.q}
				className="max-xl:col-span-2"
			/>
			<ChoiceOf id="kind" label="What" options={kinds} chosen={chosen.kind} className={rest} />
			<ChoiceOf id="actor" label="Who" options={actors} chosen={chosen.actor} className={rest} />
			<ChoiceOf
				id="target"
				label="Target"
				options={targets.map((name) => ({ value: name, title: name }))}
				chosen={chosen.target}
				className={rest}
			/>
			<TextInput
				id="change"
				name="change"
				label="CHG-"
				inputMode="numeric"
				pattern="[0-9]*"
				defaultValue={chosen.change}
				className={rest}
			/>
			<TextInput id="from" name="from" type="date" label="From" defaultValue={chosen.from} className={rest} />
			<TextInput id="to" name="to" type="date" label="To" defaultValue={chosen.to} className={rest} />
			<div className="flex gap-2 max-md:col-span-2 max-sm:*:flex-1">
				<Button type="submit" size="field">
					<span className="md:hidden">Search</span>
					<span className="max-md:hidden">Filter</span>
				</Button>
				<Button size="field" className="md:hidden" aria-expanded={open} onClick={() => setOpen(!open)}>
					<SlidersHorizontal className="size-4" aria-hidden />
					Filters
				</Button>
				{filtered && (
					<ButtonLink href="/record" kind="quiet" size="field">
						Clear
					</ButtonLink>
				)}
			</div>
		</form>
	);
}

type ChoiceProps = { id: string; label: string; options: Option[]; chosen: string | undefined; className: string };

function ChoiceOf({ id, label, options, chosen, className }: ChoiceProps) {
	return (
		<Select id={id} name={id} label={label} defaultValue={chosen ?? ''} className={className}>
			<option value="">All</option>
			{options.map((option) => (
				<option key={option.value} value={option.value}>
					{option.title}
				</option>
			))}
		</Select>
	);
}
