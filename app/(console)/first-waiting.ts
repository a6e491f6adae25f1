import { cache } from 'react';
import type { Actor } from '#lib/access/actor.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readWaiting } from '#lib/views/inbox/read-waiting.ts';

/** The first page of what waits for somebody: read once a request, although the bar counts it and the inbox lists it. */
export const firstWaiting = cache((actor: Actor) => readWaiting({ store: store(), targets: targets(), actor, now: new Date() }));
