import type { Roads } from '#lib/notify/roads.ts';

/** A console that tells people nothing. Alerts of targets go their way all the same. */
export const NO_ROADS: Roads = { siteUrl: 'https://console.example', mail: null, chat: null, webhook: null };
