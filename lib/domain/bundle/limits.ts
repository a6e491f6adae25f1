/** Limits of a bundle. Above them it is refused. */
export const MAX_BUNDLE_BYTES = 20 * 1024 * 1024;
export const MAX_FILES = 5_000;
export const MAX_STATEMENTS = 50_000;
export const MAX_MANIFEST_BYTES = 1024 * 1024;
export const MANIFEST_NAME = 'manifest.yaml';
