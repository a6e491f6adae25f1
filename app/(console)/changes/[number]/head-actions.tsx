import { ActButton } from '#components/change/acting/act-button.tsx';
import { ActDialog } from '#components/change/acting/act-dialog.tsx';
import { ExecuteBriefing } from '#components/change/acting/execute-briefing.tsx';
import { ButtonLink } from '#components/ui/form/button.tsx';
import { TextArea, TextInput } from '#components/ui/form/field.tsx';
import { changeName } from '#lib/domain/change.ts';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import type { readChange } from '#lib/views/change/read-change.ts';
import { armAction, copyAction, executeAction, withdrawAction } from './actions.ts';

type Change = NonNullable<Awaited<ReturnType<typeof readChange>>>;

/** Whether this person may do anything with the change. */
export function hasActions(actions: Change['actions']): boolean {
	return actions.fileFor.length > 0 || actions.sign !== null || actions.execute || actions.revise || actions.withdraw;
}

/** What this person may do with the change now; nothing else is shown. */
export function HeadActions({ change }: { change: Change }) {
	const { actions, number } = change;
	const ids = { changeId: change.id, number: String(number) };
	const unmet = (change.hardStops ?? []).filter((stop) => stop.state === 'not met');
	return (
		<>
			{actions.fileFor.map((production) => (
				<ActButton
					key={production}
					action={copyAction}
					fields={{ ...ids, fileFor: production }}
					label={`File for ${production}`}
					pending="Copying…"
					kind="primary"
				/>
			))}
			{actions.withdraw && (
				<ActDialog
					label="Withdraw…"
					kind="secondary"
					title={`Withdraw ${changeName(number)}?`}
					action={withdrawAction}
					fields={ids}
					confirm={{ label: 'Withdraw', pending: 'Withdrawing…', kind: 'danger' }}
				>
					<p className="prose">This is final: a withdrawn change can never be signed or run. Nothing on {change.target} was changed.</p>
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
			{actions.execute && !(change.armed && change.armed.missed === null) && (
				<ActDialog
					label="Start later…"
					kind="secondary"
					title={`Arm the start of ${changeName(number)}?`}
					action={armAction}
					fields={{ ...ids, digest: change.digest }}
					confirm={{ label: 'Arm the start', pending: 'Arming…', kind: 'primary' }}
				>
					<p className="prose">
						It then starts by itself, within a minute of that time, and only if every hard stop is met: responders must have checked in at
						most 30 minutes before. Anybody of the team can disarm it until then.
					</p>
					<TextInput
						id="at"
						name="at"
						type="datetime-local"
						label="Start at (UTC)"
						hint={
							change.window.isOpen
								? 'A time in the window.'
								: `Leave it empty to start when the window opens${change.window.turnsAt ? ` (${instantWords(change.window.turnsAt)})` : ''}.`
						}
					/>
				</ActDialog>
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
