/** The path and query that a page was asked for, set by proxy.ts over whatever the browser sent. */
export const PATH_HEADER = 'x-countersign-path';
