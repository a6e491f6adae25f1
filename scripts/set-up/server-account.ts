import { readFileSync } from 'node:fs';

/** The operating-system account that PostgreSQL's server runs as; empty when it is the one that runs this. */
export type ServerAccount = { uid: number; gid: number } | Record<string, never>;

/** PostgreSQL refuses to run as root: then it runs as `postgres` or, where there is none, as `nobody`. */
export function serverAccount(): ServerAccount {
	if (process.getuid?.() !== 0) return {};
	const accounts = readFileSync('/etc/passwd', 'utf8')
		.split('\n')
		.map((line) => line.split(':'));
	const account = ['postgres', 'nobody'].map((name) => accounts.find((fields) => fields[0] === name)).find(Boolean);
	if (!account) throw new Error('This is root, and there is no user postgres or nobody to run PostgreSQL as: useradd --system postgres');
	return { uid: Number(account[2]), gid: Number(account[3]) };
}
