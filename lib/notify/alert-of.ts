import type { Alert } from '#lib/domain/notice.ts';
import type { RestorePrice } from '#lib/domain/restore-price.ts';
import { type Failure, OUTCOME_TITLE, type Outcome } from '#lib/domain/run.ts';
import { lossWords } from '#lib/domain/wording/price-words.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import type { Scene } from './scene.ts';

/** What an entry of the record tells whoever watches the target; null when it is no alert. Pure. */
export function alertOf(scene: Scene): Alert | null {
	const said = saidOf(scene);
	if (!said || !scene.run) return null;
	return { ...said, target: scene.target.name, change: scene.change.name, run: scene.run.id };
}

function saidOf({ entry: { kind, data }, change, target, run }: Scene): Pick<Alert, 'text' | 'severity' | 'outcome'> | null {
	const subject = `${change.name} on ${target.name}`;
	const critical = { severity: 'critical', outcome: 'awaiting_restore' } as const;
	if (kind === 'run.ended') {
		const outcome = data.outcome as Outcome;
		const severity = outcome === 'succeeded' ? 'info' : outcome === 'rolled_back' ? 'warning' : 'critical';
		return { text: `${subject}: ${OUTCOME_TITLE[outcome].toLowerCase()}. ${data.summary}`, severity, outcome };
	}
	if (kind === 'run.stalled') {
		const text = `${subject}: No worker can continue this run: ${sentence(String(data.why))} Workers try again every minute.`;
		return { text, severity: 'critical', outcome: run?.status ?? 'running' };
	}
	if (kind === 'restore.offered' && data.automatic !== true)
		return { text: `${subject} is committed, but ${offerWords(data)}`, ...critical };
	if (kind === 'restore.ended' && data.restored === false)
		return { text: `${subject}: the restore failed and the live database is untouched by it. ${data.why}`, ...critical };
	return null;
}

function offerWords({ failure, price, plan }: Record<string, unknown>): string {
	const why = plan === 'automatic' ? ' The plan restores automatically only when a check fails; here people must decide.' : '';
	const loss = lossWords(price as RestorePrice);
	return `${sentence((failure as Failure).message)} Maintenance mode stays on; a restore would lose ${loss}.${why}`;
}
