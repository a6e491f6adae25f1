/** Real servers on machines with few processors: so many test files at a time. */
export const FILES_AT_ONCE = 2;
