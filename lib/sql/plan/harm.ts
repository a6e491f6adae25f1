/** One way in which a statement can lose data, open it to everybody, or hide what it does. docs/decisions/0025 says which count. */
export type Harm = {
	kind: HarmKind;
	noun: string;
	name: string;
	/** What is asked of the target about it. */
	column?: string;
};
export type HarmKind = 'drop' | 'drop_cascade' | 'drop_owned' | Emptied | 'retype' | 'unlogged' | Opened | Hidden;
type Emptied = 'truncate' | 'truncate_cascade' | 'delete_all' | 'update_all' | 'merge_delete';
type Opened = 'public' | 'public_later' | 'rls_off';
type Hidden = 'do_takes_away' | 'unread_takes_away' | 'do' | 'call' | 'functions' | 'unread';
