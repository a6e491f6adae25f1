import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';

/** Where a secret is kept: an environment variable's name, or a file's path (lib/domain/target.ts, SecretRef). */
type SecretPlace = { env: string } | { file: string };

/** Reads a secret. A file is trimmed. Throws an Error that names the variable or the file, never the value. */
export function readSecret(place: SecretPlace): string {
	const value = 'env' in place ? process.env[place.env] : readSecretFile(place.file);
	if (value) return value;
	throw new Error('env' in place ? `the environment variable ${place.env} is not set` : `the secret file ${place.file} is empty`);
}

/** The folders that programs are looked for in, from PATH. */
export function programFolders(): string[] {
	return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}

function readSecretFile(path: string): string {
	try {
		return readFileSync(path, 'utf8').trim();
	} catch (error) {
		throw new Error(`the secret file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
	}
}
