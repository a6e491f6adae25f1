'use client';

import { lazily } from '#components/ui/lazily.tsx';

// What only the dialog of Execute shows, once it is open.
export const PreflightList = lazily(() => import('./preflight-list.tsx').then((file) => file.PreflightList));
