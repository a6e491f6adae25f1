import type { TargetClient } from './connect.ts';

/** What must be set so for a commit to outlive a crash and for a backup to see damage, and what threatens where it is not. */
const NEEDED: Record<string, { value: string; threat: string }> = {
	fsync: { value: 'on', threat: 'a crash of the machine can lose committed changes and damage the whole database' },
	full_page_writes: { value: 'on', threat: 'a crash of the machine can leave half-written pages that nothing repairs' },
	zero_damaged_pages: { value: 'off', threat: 'damaged pages are read as empty, and a backup silently lacks their rows' },
	ignore_checksum_failure: { value: 'off', threat: 'damaged pages are read as if they were intact, also by a backup' },
};

/** To be selected: the settings that decide about it and are not as needed, as a JSON object of name and value. */
export const UNSAFE_SETTINGS_SQL = `(
	select coalesce(pg_catalog.jsonb_object_agg(s.name, s.setting), '{}')::text from pg_catalog.pg_settings s
	  join (values ${Object.entries(NEEDED)
			.map(([name, { value }]) => `('${name}', '${value}')`)
			.join(', ')}) needed (name, value) on needed.name = s.name and needed.value <> s.setting)`;

/** A sentence for each setting under which a commit, or a backup, is less than it says; none on a server that is as it should be. */
export function durabilityFlaws(unsafeSettings: string): string[] {
	const settings: Record<string, string> = JSON.parse(unsafeSettings);
	return Object.entries(NEEDED).flatMap(([name, { threat }]) => (name in settings ? [`${name} is ${settings[name]}: ${threat}.`] : []));
}

/** The same, asked of the server now. */
export async function readDurabilityFlaws(client: TargetClient): Promise<string[]> {
	const { rows } = await client.query<{ unsafe: string }>(`select ${UNSAFE_SETTINGS_SQL} as unsafe`);
	return durabilityFlaws(rows[0]?.unsafe ?? '{}');
}
