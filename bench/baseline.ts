import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '#lib/postgres/programs/programs.ts';
import type { ThrowawayCluster } from '#scripts/throwaway/cluster.ts';
import type { Sizes } from './sizes.ts';

const run = promisify(execFile);
const SCRIPTS = join(import.meta.dirname, 'baseline');

/** What seed-procedure.sh prints: milliseconds a phase. `restore_exit` is null when nothing was restored. */
export type SeedTimes = {
	backup_ms: number;
	verify_ms: number;
	trial_ms: number;
	transaction_ms: number;
	smoke_ms: number;
	total_ms: number;
	restore_ms: number;
	restore_exit: number | null;
	backup_bytes: number;
};

/** What rehearse-by-hand.sh prints: milliseconds a phase. */
export type HandTimes = {
	backup_ms: number;
	restore_ms: number;
	transaction_ms: number;
	again_ms: number;
	removal_ms: number;
	total_ms: number;
};

type OnDatabase = { database: string; bundle: string; workFolder: string };

export type Baseline = {
	/** Makes the production-like database. */
	makeFixture: (database: string, sizes: Sizes) => Promise<void>;
	/** Writes the DDL files into a folder. */
	writeDdlFiles: (folder: string, files: number) => Promise<void>;
	/** The three monitors that people had open, each looking once. */
	watchOnce: (database: string) => Promise<void>;
	/** One file through psql -1, in ms. */
	applyInOne: (database: string, file: string) => Promise<number>;
	/** The definitions of a database through pg_dump, in ms. */
	dumpSchema: (database: string) => Promise<number>;
	/** The procedure that people ran by hand, and perhaps then its emergency rollback. */
	runSeedProcedure: (input: OnDatabase & { restore: boolean }) => Promise<SeedTimes>;
	/** A change rehearsed by hand, which leaves nothing behind. */
	rehearseByHand: (input: OnDatabase) => Promise<HandTimes>;
};

/** The scripts to measure against, on this cluster and as its superuser, with the programs that the console uses too. */
export async function openBaseline(cluster: ThrowawayCluster, folder: string): Promise<Baseline> {
	const passfile = join(folder, 'passfile');
	writeFileSync(passfile, `127.0.0.1:${cluster.port}:*:postgres:${cluster.password}\n`, { mode: 0o600 });
	const env = {
		NODE_ENV: 'production',
		PATH: `${dirname(await findProgram('pg_dump'))}:${process.env.PATH}`,
		LC_ALL: 'C',
		PGHOST: '127.0.0.1',
		PGPORT: String(cluster.port),
		PGUSER: 'postgres',
		PGPASSFILE: passfile,
	} as const;
	const script = async (name: string, args: string[], more: Record<string, string> = {}) =>
		(await run(join(SCRIPTS, name), args, { env: { ...env, ...more } })).stdout;
	return {
		makeFixture: async (database, { tables, scale, events }) => {
			await script('fixture.sh', [database, ...[tables, scale, events].map(String)]);
		},
		writeDdlFiles: async (path, files) => {
			await script('ddl-files.sh', [path, String(files)]);
		},
		watchOnce: async (database) => {
			await script('watch-once.sh', [database]);
		},
		applyInOne: async (database, file) => Number(await script('apply-in-one.sh', [database, file])),
		dumpSchema: async (database) => Number(await script('dump-schema.sh', [database])),
		runSeedProcedure: async ({ database, bundle, workFolder, restore }) => {
			const more = { RESTORE: restore ? '1' : '0' };
			return JSON.parse(await script('seed-procedure.sh', [database, bundle, workFolder], more)) as SeedTimes;
		},
		rehearseByHand: async ({ database, bundle, workFolder }) => {
			return JSON.parse(await script('rehearse-by-hand.sh', [database, bundle, workFolder])) as HandTimes;
		},
	};
}
