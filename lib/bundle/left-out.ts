/** What systems, editors and habit leave beside the files of a bundle, and nobody means to file: no finding is about these. */
const BESIDE = /^(\..*|__MACOSX|thumbs\.db|desktop\.ini|(readme|licen[cs]e|changelog|contributing)(\.\w+)?)$/i;
const BACKUP = /(~|\.(bak|orig|rej|sw[op]|tmp))$/i;
/** macOS writes such a file beside each one in an archive. */
const SHADOW = /^(\._.*|__MACOSX)$/i;

/** Whether a file that came with a bundle is not taken for a part of it. A hidden file of SQL that was filed is one. */
export function isLeftOut(path: string): boolean {
	const names = path.split('/');
	if (names.some((name) => SHADOW.test(name))) return true;
	if (/\.sql$/i.test(path)) return false;
	return names.some((name) => BESIDE.test(name) && name !== '..' && name !== '.') || BACKUP.test(path);
}

/** Whether a name is looked into when a folder is read: hidden ones, such as .git, are not. */
export function isHidden(name: string): boolean {
	return name.startsWith('.') || SHADOW.test(name);
}
