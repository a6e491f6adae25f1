/** The requested path and query. proxy.ts sets it and overwrites whatever the browser sent. */
export const PATH_HEADER = 'x-countersign-path';
