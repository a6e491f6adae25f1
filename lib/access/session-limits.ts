/** A session ends this long after the last request. */
export const IDLE_MS = 15 * 60_000;
/** A session ends this long after signing in, whatever happens. */
export const ABSOLUTE_MS = 8 * 60 * 60_000;
/** How often at most a request writes down that the person is still there. */
export const SEEN_EVERY_MS = 30_000;
