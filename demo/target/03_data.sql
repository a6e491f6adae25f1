-- The same rows every time: no random(), and dates of directives are fixed. Metrics and logs end today.
SET client_min_messages = warning;

INSERT INTO eng.teams (name, mandate) VALUES
    ('Platform', 'Runs what everything else runs on'),
    ('Data', 'Keeps, moves and explains the data'),
    ('Security', 'Keeps people and systems safe'),
    ('Product Engineering', 'Builds what customers see'),
    ('Reliability', 'Keeps it up and knows when it is not'),
    ('Finance Systems', 'Counts the money right');

INSERT INTO eng.strategic_directives (title, status, team_id, priority, issued_on, review_due, updated_at)
SELECT action || ' ' || subject,
       (ARRAY['active', 'active', 'draft', 'superseded', 'active', 'retired'])[1 + n % 6]::eng.directive_status,
       1 + (n / 6) % 6,
       1 + (n * 7) % 5,
       date '2024-01-08' + n * 4,
       CASE WHEN n % 9 <> 0 THEN date '2025-01-06' + n * 5 END,
       timestamptz '2024-01-08 09:00+00' + n * interval '4 days'
FROM (
    SELECT a.action, s.subject, (row_number() OVER (ORDER BY s.ord, a.ord) - 1)::integer AS n
    FROM unnest(ARRAY[
        'Consolidate', 'Document', 'Retire', 'Encrypt', 'Measure the cost of', 'Automate', 'Review access to', 'Set an owner for',
        'Move to the shared platform:', 'Publish service levels for', 'Cut the recovery time of', 'Test the restore of'
    ]) WITH ORDINALITY AS a (action, ord)
    CROSS JOIN unnest(ARRAY[
        'the billing ledger', 'customer identity', 'the event pipeline', 'partner integrations', 'the document store', 'build machines',
        'the data warehouse', 'mobile releases', 'the support desk', 'network edges', 'payroll exports', 'the search index',
        'consent records', 'the pricing engine', 'incident response'
    ]) WITH ORDINALITY AS s (subject, ord)
) made;

INSERT INTO eng.directives_sensitive (directive_id, classification, summary, handling_note)
SELECT d.id,
       (ARRAY['internal', 'restricted', 'secret'])[1 + (d.id / 2) % 3]::eng.classification,
       'Background to ' || d.code || ': ' || lower(d.title),
       CASE (d.id / 2) % 3 WHEN 2 THEN 'Do not forward' END
FROM eng.strategic_directives d;

INSERT INTO eng.decision_log (decided_at, directive_id, decision, decided_by)
SELECT timestamptz '2024-01-08 10:00+00' + n * interval '40 minutes',
       1 + n % 180,
       (ARRAY['Confirmed as it stands', 'Deferred to the next review', 'Scope narrowed', 'Budget approved', 'Owner changed'])[1 + n % 5],
       (ARRAY['H. Lindqvist', 'M. Okafor', 'R. Castellanos', 'S. Varga'])[1 + n % 4]
FROM generate_series(0, 29999) AS n;

INSERT INTO vh.ventures (slug, name, stage, sector, sponsor_team_id, founded_on, lead_email)
SELECT lower(first || '-' || last),
       first || ' ' || last,
       (ARRAY['idea', 'validation', 'build', 'build', 'scale', 'scale', 'exit'])[1 + n % 7]::vh.stage,
       (ARRAY['Energy', 'Health', 'Logistics', 'Finance', 'Food', 'Mobility'])[1 + n % 6],
       1 + n % 6,
       date '2019-03-01' + n * 17,
       lower(first) || '.lead@ventures.example'
FROM (
    SELECT f.first, l.last, (row_number() OVER (ORDER BY l.ord, f.ord) - 1)::integer AS n
    FROM unnest(ARRAY[
        'Northlight', 'Harbour', 'Copperfield', 'Tideline', 'Larkspur', 'Meridian', 'Foxglove', 'Granite', 'Saltmarsh', 'Juniper',
        'Ironwood', 'Bluebird', 'Kestrel', 'Windrow', 'Amberley', 'Cinder', 'Highmoor', 'Quayside', 'Rookwood', 'Sundial',
        'Thornbury', 'Umber', 'Verity', 'Yarrow'
    ]) WITH ORDINALITY AS f (first, ord)
    CROSS JOIN unnest(ARRAY['Analytics', 'Freight', 'Clinics', 'Grid', 'Kitchens']) WITH ORDINALITY AS l (last, ord)
) made;

-- 120 ventures, 6 metrics, 420 days: 302,400 rows.
INSERT INTO vh.venture_metrics (venture_id, metric, measured_at, value)
SELECT v.id,
       m.metric,
       date_trunc('day', now()) - day * interval '1 day',
       round((m.base * (1 + v.id % 13) * (1 + (420 - day) / 600.0) + (v.id * 31 + day * 17 + m.ord * 7) % 97)::numeric, 2)
FROM generate_series(419, 0, -1) AS day
CROSS JOIN vh.ventures v
CROSS JOIN unnest(
    ARRAY['revenue_eur', 'active_users', 'orders', 'support_tickets', 'uptime_percent', 'headcount'],
    ARRAY[4200, 900, 310, 12, 7, 5]
) WITH ORDINALITY AS m (metric, base, ord);

INSERT INTO vh.venture_directives (venture_id, directive_id, linked_at)
SELECT v.id, 1 + (v.id * 11 + k * 29) % 180, timestamptz '2025-02-03 08:00+00' + v.id * interval '7 hours'
FROM vh.ventures v
CROSS JOIN generate_series(0, 2) AS k
WHERE v.id % 8 <> 0;

INSERT INTO audit.service_logs ("timestamp", service, level, message)
SELECT date_trunc('day', now()) - n * interval '2 minutes',
       CASE WHEN n % 3 = 0 THEN 'ehg-ingest' ELSE 'ehg-app' END,
       CASE WHEN n % 997 = 0 THEN 'ERROR' WHEN n % 83 = 0 THEN 'WARN' ELSE 'INFO' END,
       CASE WHEN n % 997 = 0 THEN 'upstream timed out after 30 s'
            WHEN n % 83 = 0 THEN 'batch took longer than planned'
            WHEN n % 3 = 0 THEN 'loaded a batch of metrics'
            ELSE 'served requests' END
FROM generate_series(1, 20000) AS n;

INSERT INTO audit.change_log (table_name, operation, user_name, "timestamp", row_data)
SELECT 'system', 'STAGING_PROMOTION', 'release', timestamptz '2025-03-03 03:00+00' + n * interval '14 days', jsonb_build_object('release', '2025.' || n)
FROM generate_series(1, 30) AS n;

-- Indexes that are cheaper to make over the rows than with them.
SET ROLE ehg_owner;
CREATE INDEX venture_metrics_venture_id_measured_at_idx ON vh.venture_metrics (venture_id, measured_at);
RESET ROLE;
