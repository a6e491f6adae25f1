import { type CheckedBundle, checkBundle } from '#lib/bundle/check-bundle.ts';
import { defaultManifest } from '#lib/bundle/default-manifest.ts';

/** Checks files given as text or bytes, under a manifest of its own or the default one. */
export function checked(contents: Record<string, string | Buffer>, manifest?: string): Promise<CheckedBundle> {
	const files = Object.entries(contents).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
	return checkBundle({ files, manifest: manifest === undefined ? defaultManifest(Object.keys(contents)) : Buffer.from(manifest) });
}

/** The findings of one file of SQL, each as `code line:column`. */
export async function placesIn(sql: string | Buffer): Promise<string[]> {
	const { findings } = await checked({ 'a.sql': sql });
	return findings.map(({ code, line, column }) => `${code} ${line}:${column}`);
}
