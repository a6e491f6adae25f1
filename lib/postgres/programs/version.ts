/** A version of PostgreSQL, as `--version` says it: 15.20, 18beta1, 19devel. */
export type Version = {
	text: string;
	major: number;
	/** What comes after the major: betas and the like are below zero, before its 0. */
	minor: number;
};

/** Where a version without a release stands before its major's first one. */
const BEFORE_RELEASE = { devel: -3_000, alpha: -2_500, beta: -2_000, rc: -1_000 } as const;

/** Null when the text names no version of PostgreSQL. Its numbers are compared as numbers: 15.20 is newer than 15.3. */
export function parseVersion(text: string): Version | null {
	const [found, major, stage, stageNumber, minor] = /(\d+)(?:(devel|alpha|beta|rc)(\d*)|\.(\d+))?/.exec(text) ?? [];
	if (!found) return null;
	const before = stage ? BEFORE_RELEASE[stage as keyof typeof BEFORE_RELEASE] + Number(stageNumber || 0) : null;
	return { text: found, major: Number(major), minor: before ?? Number(minor ?? 0) };
}

/** Below zero when `a` is older than `b`. */
export function compareVersions(a: Version, b: Version): number {
	return a.major - b.major || a.minor - b.minor;
}

/**
 * Which of several programs works best with a server: that of the server's own major, the newest of these; else of the next newer major.
 * A dump of a much newer pg_dump may set what the server does not know. Null when all are older than the server.
 */
export function fittestFor<P extends { version: Version }>(programs: readonly P[], serverMajor: number): P | null {
	const able = programs.filter(({ version }) => version.major >= serverMajor);
	const [best] = able.sort((a, b) => a.version.major - b.version.major || compareVersions(b.version, a.version));
	return best ?? null;
}
