/** Why only the run may set a setting. */
export type RunSettingReason = 'limit' | 'transaction' | 'reading' | 'durability' | 'triggers' | 'messages' | 'watching' | 'damage';

/** `allowed`: values that a bundle may still write because they change nothing; null: none. */
export type RunSetting = { reason: RunSettingReason; allowed: RegExp | null };

const ON = /^(on|true|yes|1)$/i;
const OFF = /^(off|false|no|0)$/i;
const limit: RunSetting = { reason: 'limit', allowed: null };
const transaction: RunSetting = { reason: 'transaction', allowed: null };

/**
 * Settings that only the run sets, for its whole session. With another value the limits would not hold, the bytes would be read differently
 * than they were checked, COMMIT could be lost, foreign keys and triggers would not fire, or people would not see what happens. Filing refuses
 * bundles that set them, and the run checks that they are unchanged. All other settings of a bundle last until its end.
 */
export const RUN_SETTINGS: Readonly<Record<string, RunSetting>> = {
	lock_timeout: limit,
	statement_timeout: limit,
	idle_in_transaction_session_timeout: limit,
	idle_session_timeout: limit,
	transaction_timeout: limit,
	client_connection_check_interval: limit,
	tcp_keepalives_idle: limit,
	tcp_keepalives_interval: limit,
	tcp_keepalives_count: limit,
	tcp_user_timeout: limit,
	transaction_read_only: transaction,
	transaction_isolation: transaction,
	transaction_deferrable: transaction,
	default_transaction_read_only: transaction,
	default_transaction_isolation: transaction,
	default_transaction_deferrable: transaction,
	client_encoding: { reason: 'reading', allowed: /^(utf-?8|unicode)$/i },
	standard_conforming_strings: { reason: 'reading', allowed: ON },
	backslash_quote: { reason: 'reading', allowed: /^(safe_encoding|off|false|no|0)$/i },
	synchronous_commit: { reason: 'durability', allowed: /^(on|true|yes|1|remote_apply)$/i },
	session_replication_role: { reason: 'triggers', allowed: /^origin$/i },
	event_triggers: { reason: 'triggers', allowed: ON },
	client_min_messages: { reason: 'messages', allowed: /^(notice|log|debug[1-5]?)$/i },
	application_name: { reason: 'watching', allowed: null },
	track_activities: { reason: 'watching', allowed: ON },
	track_counts: { reason: 'watching', allowed: ON },
	exit_on_error: { reason: 'watching', allowed: OFF },
	zero_damaged_pages: { reason: 'damage', allowed: OFF },
	ignore_checksum_failure: { reason: 'damage', allowed: OFF },
};

/** Whether a bundle may set it to `value`. Null: a reset, or not a literal. Names are compared as PostgreSQL does. */
export function mayBeSet(name: string, value: string | null): boolean {
	const setting = RUN_SETTINGS[name.toLowerCase()];
	return setting === undefined || (value !== null && setting.allowed?.test(value) === true);
}
