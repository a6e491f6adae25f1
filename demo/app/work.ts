import { InMaintenance, type Maintenance } from './maintenance.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import type { Service } from './service.ts';

const METRICS = ['revenue_eur', 'active_users', 'orders', 'support_tickets'];
/** Writing a log row at every round would bury the log. */
const LOG_EVERY_ROUNDS = 10;
/** Two rounds are a second. */
const ERROR_EVERY_ROUNDS = 2;

export type Circumstances = { maintenance: Maintenance; misbehaviour: () => Misbehaviour };

/** A round of ehg-app: reads what its pages show and says so in the log now and then. */
export async function serveRound(service: Service, circumstances: Circumstances): Promise<void> {
	await service.query('SELECT team, active, overdue FROM views.eng_governance_summary');
	await service.query('SELECT slug, directives FROM views.vh_linkage_status ORDER BY directives DESC LIMIT 20');
	if (circumstances.misbehaviour() === 'log-errors' && service.rounds() % ERROR_EVERY_ROUNDS === 0) {
		await log(service, 'ERROR', 'cannot render the governance page');
	}
	if (service.rounds() % LOG_EVERY_ROUNDS !== 0) return;
	await writeUnlessInMaintenance(circumstances, () => log(service, 'INFO', 'served requests'));
}

/** A round of ehg-ingest: one measurement of each metric for one venture. */
export async function ingestRound(service: Service, circumstances: Circumstances): Promise<void> {
	await writeUnlessInMaintenance(circumstances, () =>
		service.query(
			`INSERT INTO vh.venture_metrics (venture_id, metric, value)
			 SELECT $1, metric, round((1000 + 400 * random())::numeric, 2) FROM unnest($2::text[]) AS metric`,
			[1 + (service.rounds() % 120), METRICS],
		),
	);
}

/** Writes one measurement that a client sent. Throws InMaintenance in maintenance mode. */
export async function recordMeasurement(
	service: Service,
	{ maintenance }: Circumstances,
	measurement: { slug: string; metric: string; value: number },
): Promise<boolean> {
	const { rowCount } = await maintenance.write(() =>
		service.query('INSERT INTO vh.venture_metrics (venture_id, metric, value) SELECT id, $2, $3 FROM vh.ventures WHERE slug = $1', [
			measurement.slug,
			measurement.metric,
			measurement.value,
		]),
	);
	return rowCount === 1;
}

async function writeUnlessInMaintenance({ maintenance, misbehaviour }: Circumstances, write: () => Promise<unknown>): Promise<void> {
	if (misbehaviour() === 'writes-in-maintenance') {
		await write();
		return;
	}
	try {
		await maintenance.write(write);
	} catch (error) {
		if (!(error instanceof InMaintenance)) throw error;
	}
}

function log(service: Service, level: 'INFO' | 'ERROR', message: string): Promise<unknown> {
	return service.query('INSERT INTO audit.service_logs (service, level, message) VALUES ($1, $2, $3)', [service.name, level, message]);
}
