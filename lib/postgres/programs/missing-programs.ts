import { listPrograms, type ProgramName } from './programs.ts';
import { fittestFor } from './version.ts';

const FOR_A_RUN: ProgramName[] = ['pg_dump', 'pg_dumpall', 'pg_restore'];

/** Which of the programs that a run needs are not here as new as the server, in words; null when all are. An older one refuses the server, or would leave things out. */
export async function missingProgramsFor(serverMajor: number): Promise<string | null> {
	const found = await Promise.all(FOR_A_RUN.map(async (name) => ({ name, programs: await listPrograms(name) })));
	const missing = found.filter(({ programs }) => !fittestFor(programs, serverMajor));
	if (missing.length === 0) return null;
	const said = missing.map(({ name, programs: [newest] }) =>
		newest ? `the newest ${name} is ${newest.version.text}` : `${name} is missing`,
	);
	return `the server is PostgreSQL ${serverMajor}, and on this machine ${said.join(', ')}`;
}
