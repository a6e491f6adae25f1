/** How much is done. Without `total` it only shows activity. `label` is for screen readers. */
export function ProgressBar({ done, total, label }: { done: number; total: number | null; label: string }) {
	return (
		<progress
			aria-label={label}
			value={total === null ? undefined : Math.min(done, total)}
			max={total === null ? undefined : Math.max(total, 1)}
			className="progress-bar"
		/>
	);
}
