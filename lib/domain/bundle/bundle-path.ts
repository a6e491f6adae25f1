const MAX_PATH_CHARACTERS = 500;
/** biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for control characters */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Why a path must not be in a bundle, such as "is absolute"; null when it may. Odd but harmless names are allowed. */
export function wrongWithPath(path: string): string | null {
	if (path === '') return 'is empty';
	if ([...path].length > MAX_PATH_CHARACTERS) return `is longer than ${MAX_PATH_CHARACTERS} characters`;
	if (CONTROL.test(path)) return 'contains a control character';
	if (!path.isWellFormed()) return 'is not valid Unicode';
	if (path.includes('\\')) return 'holds a backslash';
	if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is absolute';
	if (path.startsWith('~')) return 'starts with ~, which means a home directory';
	const segments = path.split('/');
	if (segments.includes('..')) return 'leaves the bundle with ..';
	if (segments.some((segment) => segment === '' || segment === '.')) return 'has an empty segment or a single dot';
	return null;
}

/** What two paths have in common that are the same file on some file systems. */
export function foldedPath(path: string): string {
	return path.normalize('NFC').toLowerCase();
}
