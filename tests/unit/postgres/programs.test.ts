import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { listPrograms } from '#lib/postgres/programs/programs.ts';

afterEach(() => vi.unstubAllEnvs());

test('each program is asked once for its version, under whatever names its folder goes, and Debian’s wrapper not at all', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'countersign-programs-'));
	try {
		const asked = join(folder, 'asked');
		const program = (path: string) => {
			writeFileSync(path, `#!/bin/sh\necho "$0" >> '${asked}'\necho 'pgbench (PostgreSQL) 99.1'\n`);
			chmodSync(path, 0o755);
		};
		for (const name of ['real', 'wrapped', 'share']) mkdirSync(join(folder, name));
		program(join(folder, 'real', 'pgbench'));
		program(join(folder, 'share', 'pg_wrapper'));
		symlinkSync(join(folder, 'share', 'pg_wrapper'), join(folder, 'wrapped', 'pgbench'));
		symlinkSync(join(folder, 'real'), join(folder, 'same'));
		const paths = ['wrapped', 'real', 'same'].map((name) => join(folder, name));
		vi.stubEnv('COUNTERSIGN_POSTGRESQL_BIN', '');
		vi.stubEnv('PATH', [...paths, process.env.PATH].join(delimiter));
		const [newest] = await listPrograms('pgbench');
		expect(newest).toMatchObject({ path: join(folder, 'real', 'pgbench'), version: { major: 99 } });
		expect(readFileSync(asked, 'utf8').trim().split('\n')).toEqual([join(folder, 'real', 'pgbench')]);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
