-- Nobody has to look: what happened is told to people, by mail, chat and webhooks.

-- Entries of the record that are still to be told. A row is written by the statement that appends its entry.
CREATE TABLE outbox (
    seq bigint PRIMARY KEY REFERENCES record_entry (seq) ON DELETE RESTRICT ON UPDATE CASCADE,
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    last_error text
);
CREATE INDEX outbox_next_at_idx ON outbox (next_at);

-- One message by one road: to one person by mail, to a webhook for all who want it there.
CREATE TABLE delivery (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    entry_seq bigint NOT NULL REFERENCES record_entry (seq) ON DELETE RESTRICT ON UPDATE CASCADE,
    notice text NOT NULL,
    road text NOT NULL CHECK (road IN ('mail', 'chat', 'webhook', 'alert')),
    person_id uuid REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    message jsonb NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    last_error text,
    created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ended_at timestamptz(3),
    CONSTRAINT mail_goes_to_a_person CHECK ((road = 'mail') = (person_id IS NOT NULL))
);
CREATE INDEX delivery_state_road_next_at_idx ON delivery (state, road, next_at);
CREATE INDEX delivery_entry_seq_idx ON delivery (entry_seq);

-- What a person has chosen; without a row the default of the console holds.
CREATE TABLE notice_choice (
    person_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    notice text NOT NULL,
    road text NOT NULL CHECK (road IN ('mail', 'chat', 'webhook')),
    wanted boolean NOT NULL,
    PRIMARY KEY (person_id, notice, road)
);

GRANT SELECT, INSERT, DELETE ON outbox, delivery TO countersign_app;
GRANT UPDATE (attempts, next_at, last_error) ON outbox TO countersign_app;
GRANT UPDATE (state, attempts, next_at, last_error, ended_at) ON delivery TO countersign_app;
GRANT SELECT, INSERT, UPDATE ON notice_choice TO countersign_app;
