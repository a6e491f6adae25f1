import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readFolder } from '#lib/bundle/read-folder.ts';
import type { FiledBundle } from '#lib/change/request-input.ts';

const CHECKS = join(import.meta.dirname, 'manifest.yaml');

/** The DDL files in a folder as a bundle, with a manifest that asks what the seed's procedure asks, and perhaps for a standby copy. */
export async function readBundle(folder: string, { standbyCopy }: { standbyCopy: boolean }): Promise<FiledBundle> {
	const { files } = await readFolder(folder);
	const checks = parse(readFileSync(CHECKS, 'utf8')) as Record<string, unknown>;
	const phases = [{ name: 'migrations', files: files.map((file) => file.path) }];
	return { files, manifest: Buffer.from(stringify({ ...checks, standbyCopy, phases }), 'utf8') };
}
