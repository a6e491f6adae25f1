import { ActDialog } from '#components/change/act-dialog.tsx';
import { ExecuteBriefing } from '#components/change/execute-briefing.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { TextArea } from '#components/ui/field.tsx';
import { changeName } from '#lib/domain/change.ts';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import type { readChange } from '#lib/views/read-change.ts';
import { executeAction, withdrawAction } from './actions.ts';

type Change = NonNullable<Awaited<ReturnType<typeof readChange>>>;

/** Whether there is anything that this person may do. */
export function hasActions(actions: Change['actions']): boolean {
	return actions.sign !== null || actions.execute || actions.revise || actions.withdraw;
}

/** What this person may do with the change now; nothing else is shown. */
export function HeadActions({ change }: { change: Change }) {
	const { actions, number } = change;
	const ids = { changeId: change.id, number: String(number) };
	const unmet = (change.hardStops ?? []).filter((stop) => stop.state === 'not met');
	return (
		<>
			{actions.withdraw && (
				<ActDialog
					label="Withdraw…"
					kind="secondary"
					title={`Withdraw ${changeName(number)}?`}
					action={withdrawAction}
					fields={ids}
					confirm={{ label: 'Withdraw', pending: 'Withdrawing…', kind: 'danger' }}
				>
					<p className="prose">For good: a withdrawn change is never signed or run. Nothing on {change.target} was changed.</p>
					<TextArea id="reason" name="reason" label="Why" rows={3} required maxLength={2_000} />
				</ActDialog>
			)}
			{actions.revise && <ButtonLink href={`/changes/${number}/revise`}>Revise</ButtonLink>}
			{actions.sign && <ButtonLink href={`/changes/${number}/sign?seat=${actions.sign}&decision=refuse`}>Refuse…</ButtonLink>}
			{actions.sign && (
				<ButtonLink kind="primary" href={`/changes/${number}/sign?seat=${actions.sign}`}>
					Sign as {ROLE_TITLE[actions.sign]}
				</ButtonLink>
			)}
			{actions.execute && (
				<ActDialog
					label={change.status === 'rolled_back' ? 'Execute again…' : 'Execute…'}
					kind="primary"
					title={`Execute ${changeName(number)} on ${change.target}?`}
					action={executeAction}
					fields={{ ...ids, digest: change.digest }}
					confirm={unmet.length > 0 ? null : { label: `Execute on ${change.target}`, pending: 'Claiming…', kind: 'danger' }}
				>
					<ExecuteBriefing change={change} unmet={unmet} />
				</ActDialog>
			)}
		</>
	);
}
