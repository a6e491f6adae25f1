import type { Target } from '#lib/domain/target/target.ts';
import { until } from '#tests/support/sql.ts';

const CLOSES_AFTER_MS = 300;

/** The deployer's window ends while a run is under way: the run's next look at the clock finds it closed. */
export async function closeWindow(target: Target): Promise<void> {
	const closesAt = Date.now() + CLOSES_AFTER_MS;
	target.window = { once: [{ from: new Date(closesAt - 3_600_000).toISOString(), to: new Date(closesAt).toISOString() }], freezes: [] };
	await until('the window to close', async () => Date.now() > closesAt);
}
