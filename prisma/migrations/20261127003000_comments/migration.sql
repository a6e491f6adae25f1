-- What people say about a line of a revision, what others answer, and that it is settled. Nobody writes over it or takes it away:
-- the console's role may insert and read.

CREATE TABLE comment (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    revision_id uuid NOT NULL REFERENCES revision (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    path text NOT NULL,
    line integer NOT NULL CHECK (line > 0),
    -- The line as the file has it, or its beginning.
    quote text NOT NULL CHECK (length(quote) <= 200),
    author_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    text text NOT NULL CHECK (length(btrim(text)) > 0 AND length(text) <= 2000),
    at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT comment_revision_id_path_fkey FOREIGN KEY (revision_id, path) REFERENCES revision_file (revision_id, path)
        ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX comment_revision_id_idx ON comment (revision_id);

CREATE TABLE comment_answer (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    comment_id uuid NOT NULL REFERENCES comment (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    author_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    text text NOT NULL CHECK (length(btrim(text)) > 0 AND length(text) <= 2000),
    at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX comment_answer_comment_id_idx ON comment_answer (comment_id);

-- Once: who does not agree writes another comment.
CREATE TABLE comment_resolution (
    comment_id uuid PRIMARY KEY REFERENCES comment (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    person_id uuid NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- On the revision that the change has now, and not without end. The lock makes two that come at once count each other.
CREATE FUNCTION comments_have_bounds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_change change%ROWTYPE;
    number integer;
BEGIN
    SELECT r.number INTO STRICT number FROM revision r WHERE r.id = NEW.revision_id;
    SELECT c.* INTO STRICT of_change FROM change c JOIN revision r ON r.change_id = c.id WHERE r.id = NEW.revision_id FOR UPDATE OF c;
    IF of_change.current_revision <> number THEN
        RAISE EXCEPTION 'a comment is about the revision that the change has now' USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT count(*) FROM comment m JOIN revision r ON r.id = m.revision_id WHERE r.change_id = of_change.id) >= 100 THEN
        RAISE EXCEPTION 'a change has at most 100 comments' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER comments_have_bounds BEFORE INSERT ON comment FOR EACH ROW EXECUTE FUNCTION comments_have_bounds();

CREATE FUNCTION answers_have_bounds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM change c JOIN revision r ON r.change_id = c.id JOIN comment m ON m.revision_id = r.id WHERE m.id = NEW.comment_id
        FOR UPDATE OF c;
    IF EXISTS (SELECT FROM comment_resolution s WHERE s.comment_id = NEW.comment_id) THEN
        RAISE EXCEPTION 'nobody answers a comment that is resolved' USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT count(*) FROM comment_answer a WHERE a.comment_id = NEW.comment_id) >= 20 THEN
        RAISE EXCEPTION 'a comment has at most 20 answers' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER answers_have_bounds BEFORE INSERT ON comment_answer FOR EACH ROW EXECUTE FUNCTION answers_have_bounds();

GRANT SELECT, INSERT ON comment, comment_answer, comment_resolution TO countersign_app;
