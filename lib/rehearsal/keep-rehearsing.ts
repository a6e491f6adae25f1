import { setTimeout as wait } from 'node:timers/promises';
import { durationWords } from '#lib/domain/wording/duration-words.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { log } from '#lib/log.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { endUnopened } from './end-rehearsal.ts';
import { openRehearsal } from './open-rehearsal.ts';
import { BeginsAgain, giveWayToRuns, heedStop, keepRehearsal, LostRehearsal, takeRehearsal } from './own-rehearsal.ts';
import { rehearseChange } from './rehearse-change.ts';

/** How often a worker that has none looks for one. */
const LOOK_EVERY_MS = 2_000;

type Place = { store: Store; targets: Targets; signal: AbortSignal };

/** Rehearses what is asked for, one after the other, until told to stop. */
export async function keepRehearsing(place: Place): Promise<void> {
	while (!place.signal.aborted) {
		const found = await rehearseNext(place).catch((error: Error) => {
			log.error({ error }, 'a rehearsal could not continue');
			return false;
		});
		if (!found) await wait(LOOK_EVERY_MS, undefined, { signal: place.signal }).catch(() => undefined);
	}
}

/** Takes the next rehearsal and brings it to its end. False when there is none. */
export async function rehearseNext({ store, targets, signal }: Place): Promise<boolean> {
	const taken = await takeRehearsal(store);
	if (!taken) return false;
	const rehearsal = await openRehearsal({ store, targets, ...taken }).catch(async (error: Error) => {
		await endUnopened(store, { ...taken, error });
		return null;
	});
	if (!rehearsal) return true;
	const { target, abort } = rehearsal;
	const stop = () => abort(new BeginsAgain('The worker stopped.'));
	signal.addEventListener('abort', stop, { once: true });
	if (signal.aborted) stop();
	const tooLong = setTimeout(() => abort(tookTooLong(target.rehearsal.maxDuration)), target.rehearsal.maxDuration);
	const heartbeat = keepRehearsal({ store, ...taken, abort });
	const stopLooking = giveWayToRuns({ store, target, abort });
	const stopHeeding = heedStop({ store, id: taken.id, abort });
	try {
		await rehearseChange(rehearsal);
	} catch (error) {
		if (!(error instanceof LostRehearsal)) throw error;
	} finally {
		signal.removeEventListener('abort', stop);
		clearTimeout(tooLong);
		stopLooking();
		stopHeeding();
		await heartbeat.stop();
	}
	return true;
}

function tookTooLong(ms: number): StepFailed {
	return new StepFailed({
		code: 'rehearsal_too_long',
		message: `The rehearsal took longer than ${durationWords(ms)}, which is as long as it may take on this target.`,
		instead: 'The copies were removed. Ask the deployer for more time (rehearsal.maxDuration).',
	});
}
