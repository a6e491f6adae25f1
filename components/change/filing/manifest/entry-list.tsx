'use client';

import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import { IconButton } from '#components/ui/form/icon-button.tsx';
import { type FormedManifest, valueAt } from './fields.tsx';

type Props = {
	manifest: FormedManifest;
	/** The field of the manifest that is the list. */
	list: string;
	/** What one entry is, in words. */
	noun: string;
	/** What a new entry begins as. */
	begin: Record<string, unknown>;
	children: (entry: Record<string, unknown>, index: number) => ReactNode;
};

/** A list of the manifest: each entry with its fields; entries are added, moved and removed. */
export function EntryList({ manifest, list, noun, begin, children }: Props) {
	const entries = (valueAt(manifest.value, [list]) ?? []) as Record<string, unknown>[];
	return (
		<div className="grid grid-cols-1 gap-3">
			{entries.map((entry, index) => {
				const name = typeof entry.name === 'string' && entry.name !== '' ? entry.name : `${noun} ${index + 1}`;
				return (
					// biome-ignore lint/suspicious/noArrayIndexKey: entries have no other identity
					<fieldset key={index} className="grid min-w-0 grid-cols-1 gap-3 rounded-md border border-line p-3">
						<legend className="sr-only">{name}</legend>
						<div className="flex items-center gap-1">
							<p className="min-w-0 flex-1 truncate font-medium">{name}</p>
							<IconButton label={`Move ${name} up`} isOff={index === 0} onPress={() => manifest.move([list], index, -1)}>
								<ArrowUp className="size-4" aria-hidden />
							</IconButton>
							<IconButton label={`Move ${name} down`} isOff={index === entries.length - 1} onPress={() => manifest.move([list], index, 1)}>
								<ArrowDown className="size-4" aria-hidden />
							</IconButton>
							<IconButton label={`Remove ${name}`} onPress={() => manifest.set([list, index], undefined)}>
								<X className="size-4" aria-hidden />
							</IconButton>
						</div>
						{children(entry, index)}
					</fieldset>
				);
			})}
			<div>
				<Button size="small" onClick={() => manifest.add([list], begin)} className="max-sm:h-11">
					<Plus className="size-4" aria-hidden />
					Add a {noun}
				</Button>
			</div>
		</div>
	);
}
