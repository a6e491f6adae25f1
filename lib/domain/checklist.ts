/** The seed's post-execution checklist. A change is closed when every item is ticked. */
export const CHECKLIST = [
	{ item: 'smoke_tests', title: 'All smoke tests passed' },
	{ item: 'no_errors', title: 'No errors in the last 10 minutes' },
	{ item: 'health', title: 'Application health check green' },
	{ item: 'audit_log', title: 'Audit log shows complete execution' },
	{ item: 'performance', title: 'Performance metrics normal' },
	{ item: 'complaints', title: 'No user complaints' },
	{ item: 'backup', title: 'Backup verification completed' },
	{ item: 'way_back', title: 'Way back still viable' },
] as const;
export type ChecklistItem = (typeof CHECKLIST)[number]['item'];
