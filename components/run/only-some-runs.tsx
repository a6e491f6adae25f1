'use client';

import { lazily } from '#components/ui/lazily.tsx';

// What a run shows only while people decide, or once it is over: who watches one that is under way does not load it.
export const Checklist = lazily(() => import('./checklist.tsx').then((file) => file.Checklist));
export const KeptDatabase = lazily(() => import('./kept-database.tsx').then((file) => file.KeptDatabase));
export const RestoreDecision = lazily(() => import('./restore-decision.tsx').then((file) => file.RestoreDecision));
