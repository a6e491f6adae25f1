import { constants } from 'node:fs';
import { access, mkdir, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename } from 'node:path';

/** Makes the folder of a target's backups if it is not there. Throws, naming it and this machine, when it cannot be made or written to. */
export async function openBackupFolder(folder: string): Promise<void> {
	try {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		await access(folder, constants.W_OK | constants.X_OK);
	} catch (error) {
		throw new Error(`the backup folder ${folder} cannot be used on ${hostname()}: ${(error as Error).message}`, { cause: error });
	}
}

/** Whether a dump that was kept is in the folder as this machine sees it. Where it is not, the folder may be another machine's own. */
export async function holdsDump(folder: string, kept: string): Promise<boolean> {
	return (await readdir(folder)).includes(basename(kept));
}
