/** A session ends this long after the last request. */
export const IDLE_MS = 15 * 60_000;
/** A session ends this long after signing in, whatever happens. */
export const ABSOLUTE_MS = 8 * 60 * 60_000;
/** A request notes the person's activity at most this often. */
export const SEEN_EVERY_MS = 30_000;
