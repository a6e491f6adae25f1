import { Button } from '#components/ui/form/button.tsx';

/** What was replaced or removed just now, and the way back. */
export function UndoNotice({ words, label, act }: { words: string; label: string; act: (() => void) | null }) {
	return (
		<div className="flex flex-wrap items-center gap-x-3 gap-y-1">
			<p role="status" className="prose text-sm text-ink-2 [overflow-wrap:anywhere]">
				{words}
			</p>
			{act && (
				<Button size="small" onClick={act} className="max-sm:h-11">
					{label}
				</Button>
			)}
		</div>
	);
}

/** A few names of many. */
export function someOf(names: string[]): string {
	return names.length > 5 ? `${names.slice(0, 5).join('; ')} and ${names.length - 5} more` : names.join('; ');
}
