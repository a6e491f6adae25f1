/** The sample application's only page: what it does now, and what it can be told to do wrong. Everything else comes from /state. */
export function page(): string {
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>EHG sample application</title>
<style>
	:root { color-scheme: light dark; --line: light-dark(#e7e5e4, #262931); --soft: light-dark(#57534e, #a7abb5); --on: light-dark(#eef1fd, #1b2140); --accent: light-dark(#2746c7, #8fa4ff); }
	body { font: 14px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
	h1 { font-size: 1.25rem; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 .5rem; } p { margin: .25rem 0; color: var(--soft); }
	table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .5rem .4rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
	th { color: var(--soft); } td { font-variant-numeric: tabular-nums; }
	button { display: block; width: 100%; text-align: left; font: inherit; padding: .5rem .75rem; margin: .25rem 0; border: 1px solid var(--line); border-radius: 6px; background: none; color: inherit; cursor: pointer; }
	button[aria-pressed=true] { border-color: var(--accent); background: var(--on); } code { font: 12px ui-monospace, monospace; color: var(--soft); }
	pre { font: 12px/1.5 ui-monospace, monospace; white-space: pre-wrap; border: 1px solid var(--line); border-radius: 6px; padding: .5rem .75rem; margin: .5rem 0; }
</style>
<h1>EHG sample application</h1>
<p>Reads and writes the target of the demo as <code>ehg_app</code>, as a production application would.</p>
<p id="maintenance" role="status">…</p>
<h2>Services</h2>
<table><thead><tr><th>Service<th>State<th>Rounds<th>Last round</thead><tbody id="services"></tbody></table>
<h2>Misbehave</h2>
<div id="modes"></div>
<h2>Alerts received</h2>
<div id="alerts"></div>
<script>
	const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text }, more);
	const row = (...cells) => { const tr = element('tr', ''); tr.append(...cells.map((cell) => element('td', String(cell)))); return tr; };
	const misbehave = (mode) => fetch('/misbehave', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ mode }) }).then(show);
	const button = ([mode, text], chosen) => {
		const made = element('button', text + ' ', { onclick: () => misbehave(mode) });
		made.append(element('code', mode));
		made.setAttribute('aria-pressed', mode === chosen);
		return made;
	};
	let drawn = '';
	async function show() {
		const state = await fetch('/state').then((r) => r.json()).catch(() => null);
		document.getElementById('maintenance').textContent = state === null ? 'The application does not answer.'
			: state.maintenance ? 'In maintenance mode: reads go on, nothing is written.' : 'Working: reads and writes.';
		if (state === null) return;
		document.getElementById('services').replaceChildren(...state.services.map((s) => row(s.name, s.running ? 'running' : 'stopped', s.rounds, s.lastError ?? 'went well')));
		if (drawn !== state.misbehaviour) document.getElementById('modes').replaceChildren(...Object.entries(state.misbehaviours).map((m) => button(m, state.misbehaviour)));
		drawn = state.misbehaviour;
		document.getElementById('alerts').replaceChildren(...(state.alerts.length ? state.alerts.map((a) => element('pre', a.at + '\\n' + JSON.stringify(a.body, null, 2))) : [element('p', 'None yet.')]));
	}
	show();
	setInterval(show, 2000);
</script>
</html>`;
}
