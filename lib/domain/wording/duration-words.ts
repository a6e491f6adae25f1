const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in at most two units: "12 min", "9 h 58 min", "45 s". `ms` is zero or more. */
export function durationWords(ms: number): string {
	if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
	if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
	if (ms < DAY) return twoUnits(ms, HOUR, 'h', MINUTE, 'min');
	return twoUnits(ms, DAY, 'd', HOUR, 'h');
}

/** How far a time is from now: "in 12 min", "7 min ago", "now". Both in ms since 1970. */
export function relativeWords(at: number, now: number): string {
	const away = Math.abs(at - now);
	if (away < 5 * SECOND) return 'now';
	return at > now ? `in ${durationWords(away)}` : `${durationWords(away)} ago`;
}

/** A measured length: "12 ms", "0.3 s", "12.4 s", "6 min 3 s". Never "0.0 s". */
export function measuredWords(ms: number): string {
	if (ms < 50) return `${Math.round(ms)} ms`;
	if (ms < MINUTE) return `${(ms / SECOND).toFixed(1)} s`;
	return twoUnits(ms, MINUTE, 'min', SECOND, 's');
}

function twoUnits(ms: number, large: number, largeName: string, small: number, smallName: string): string {
	const rest = Math.floor((ms % large) / small);
	return rest === 0 ? `${Math.floor(ms / large)} ${largeName}` : `${Math.floor(ms / large)} ${largeName} ${rest} ${smallName}`;
}
