import { constants, type Dirent } from 'node:fs';
import { access, mkdir, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename } from 'node:path';

/** Creates a target's backup folder if it does not exist. Throws, with its name and this machine's, when it cannot be created or written to. */
export async function openBackupFolder(folder: string): Promise<void> {
	try {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		await access(folder, constants.W_OK | constants.X_OK);
	} catch (error) {
		throw new Error(`the backup folder ${folder} cannot be used on ${hostname()}: ${(error as Error).message}`, { cause: error });
	}
}

/** What is in it; nothing before the first backup has created it, or where another machine's worker has it. */
export async function entriesOf(folder: string): Promise<Dirent[]> {
	return readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return [];
		throw error;
	});
}

/** Whether this machine sees an earlier dump in the folder. If not, the folder may not be shared with the other machine. */
export async function holdsDump(folder: string, kept: string): Promise<boolean> {
	return (await readdir(folder)).includes(basename(kept));
}
