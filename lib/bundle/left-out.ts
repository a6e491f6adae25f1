/** Files that systems and editors leave in folders and nobody means to file. They cause no finding. */
const BESIDE = /^(\..*|__MACOSX|thumbs\.db|desktop\.ini|(readme|licen[cs]e|changelog|contributing)(\.\w+)?)$/i;
const BACKUP = /(~|\.(bak|orig|rej|sw[op]|tmp))$/i;
/** macOS adds such a file for each one in an archive. */
const SHADOW = /^(\._.*|__MACOSX)$/i;

/** Whether a file that came with a bundle is ignored. A hidden SQL file that was filed is not ignored. */
export function isLeftOut(path: string): boolean {
	const names = path.split('/');
	if (names.some((name) => SHADOW.test(name))) return true;
	if (/\.sql$/i.test(path)) return false;
	return names.some((name) => BESIDE.test(name) && name !== '..' && name !== '.') || BACKUP.test(path);
}

/** Whether a name is read when a folder is read. Hidden ones, such as .git, are not. */
export function isHidden(name: string): boolean {
	return name.startsWith('.') || SHADOW.test(name);
}
