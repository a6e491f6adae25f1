'use client';

import { type ReactNode, useSyncExternalStore } from 'react';
import { THEME_KEY, THEMES, type Theme } from './theme.ts';

const TITLE: Record<Theme, string> = { system: 'System', light: 'Light', dark: 'Dark' };

/** System, light or dark, for this browser. */
export function ThemeSwitch({ icons }: { icons: Record<Theme, ReactNode> }) {
	const chosen = useSyncExternalStore<Theme>(subscribe, chosenTheme, () => 'system');
	return (
		<fieldset className="flex gap-0.5 rounded-md border border-line bg-sunken p-0.5">
			<legend className="sr-only">Theme</legend>
			{THEMES.map((theme) => (
				<label
					key={theme}
					title={TITLE[theme]}
					className="grid h-7 flex-1 place-items-center rounded-sm border border-transparent px-2 text-ink-3 hover:text-ink has-checked:border-line has-checked:bg-panel has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
				>
					<input type="radio" name="theme" value={theme} checked={chosen === theme} onChange={() => choose(theme)} className="sr-only" />
					{icons[theme]}
					<span className="sr-only">{TITLE[theme]}</span>
				</label>
			))}
		</fieldset>
	);
}

function choose(theme: Theme) {
	if (theme === 'system') localStorage.removeItem(THEME_KEY);
	else localStorage.setItem(THEME_KEY, theme);
	window.dispatchEvent(new Event('countersign-theme'));
}

function chosenTheme(): Theme {
	return THEMES.find((theme) => theme === localStorage.getItem(THEME_KEY)) ?? 'system';
}

function subscribe(listener: () => void) {
	window.addEventListener('countersign-theme', listener);
	window.addEventListener('storage', listener);
	return () => {
		window.removeEventListener('countersign-theme', listener);
		window.removeEventListener('storage', listener);
	};
}
