import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';

const MIGRATIONS = join(import.meta.dirname, '../../prisma/migrations');
const SCHEMA = join(import.meta.dirname, '../../prisma/schema.prisma');

/**
 * Applies prisma/migrations to the console's database and notes them in `_prisma_migrations`, as `prisma migrate deploy` does, but
 * with Prisma's schema engine as WebAssembly: nothing is downloaded. Returns the names that were applied now; none the second time.
 * `ownerUrl` is the URL of the role that owns the database. Throws what the engine says.
 */
export async function migrateConsole({ ownerUrl }: { ownerUrl: string }): Promise<string[]> {
	const scripts = new WholeScripts({ connectionString: ownerUrl });
	const engine = await startEngine(bindMigrationAwareSqlAdapterFactory(scripts));
	try {
		const { appliedMigrationNames } = await engine.applyMigrations({
			migrationsList: {
				baseDir: MIGRATIONS,
				lockfile: { path: './migration_lock.toml', content: readFileSync(join(MIGRATIONS, 'migration_lock.toml'), 'utf8') },
				shadowDbInitScript: '',
				migrationDirectories: migrationFolders().map((path) => ({
					path,
					migrationFile: {
						path: 'migration.sql',
						content: { tag: 'ok', value: readFileSync(join(MIGRATIONS, path, 'migration.sql'), 'utf8') },
					},
				})),
			},
			filters: { externalTables: [], externalEnums: [] },
		});
		return appliedMigrationNames;
	} catch (error) {
		throw scripts.failure ? new Error(`a migration of the console failed: ${scripts.failure.message}`, { cause: scripts.failure }) : error;
	} finally {
		engine.free();
		await scripts.close();
	}
}

/** What schema.prisma would make of an empty database, as SQL: to hold the migrations against it. The engine wants a connection, and changes nothing. */
export async function schemaAsSql({ url }: { url: string }): Promise<string> {
	const scripts = new WholeScripts({ connectionString: url });
	const engine = await startEngine(bindMigrationAwareSqlAdapterFactory(scripts));
	try {
		const { stdout } = await engine.diff({
			from: { tag: 'empty' },
			to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: readFileSync(SCHEMA, 'utf8') }] },
			script: true,
			exitCode: null,
			filters: { externalTables: [], externalEnums: [] },
		});
		if (!stdout) throw new Error('the schema engine wrote no SQL');
		return stdout;
	} finally {
		engine.free();
		await scripts.close();
	}
}

/**
 * Prisma's adapter cuts a script at every semicolon, also inside a function's body. PostgreSQL takes the script whole, and then
 * runs it as one transaction.
 */
class WholeScripts extends PrismaPg {
	/** What PostgreSQL said; the engine passes on only that there was an error. */
	failure: Error | null = null;
	/** The engine opens connections and leaves them open. */
	private readonly opened: { dispose(): Promise<void> }[] = [];

	override async connect() {
		const adapter = await super.connect();
		this.opened.push(adapter);
		adapter.executeScript = async (script) => {
			await adapter
				.underlyingDriver()
				.query(script)
				.catch((error) => {
					this.failure = error;
					throw error;
				});
		};
		return adapter;
	}

	async close(): Promise<void> {
		for (const adapter of this.opened) await adapter.dispose();
	}
}

function migrationFolders(): string[] {
	return readdirSync(MIGRATIONS, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map((entry) => entry.name)
		.sort();
}

let engineLoaded: Promise<void> | null = null;

async function startEngine(adapter: object): Promise<SchemaEngine> {
	engineLoaded ??= loadEngine(); // Once a process: the module's JavaScript half belongs to one instance.
	await engineLoaded;
	const schema = readFileSync(SCHEMA, 'utf8');
	return engineModule.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => undefined, adapter);
}

/** The package's own entry imports the .wasm as a module, which Node does not do without a flag. */
async function loadEngine(): Promise<void> {
	const wasm = createRequire(import.meta.url)
		.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
		.replace(/\.js$/, '.wasm');
	const { instance } = await WebAssembly.instantiate(await readFile(wasm), {
		'./schema_engine_bg.js': engineModule as unknown as WebAssembly.ModuleImports,
	});
	engineModule.__wbg_set_wasm(instance.exports);
	(instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
}
