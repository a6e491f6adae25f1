import { STAGE_FILE } from './stage/stage.ts';
import { startStage } from './stage/start-stage.ts';
import { type Stops, stopAll } from './stage/stops.ts';

/** Builds the stage before the first browser test; Playwright calls what this returns after the last one, whatever happened. */
export default async function setUp(): Promise<() => Promise<void>> {
	const stops: Stops = [];
	try {
		// The workers that Playwright starts inherit it.
		process.env[STAGE_FILE] = await startStage(stops);
		return () => stopAll(stops);
	} catch (error) {
		await stopAll(stops).catch((second) => console.error('and then, while stopping:', second));
		throw error;
	}
}
