-- A target's own channel hears of its runs: a road of its own, so that one that does not answer keeps no other waiting.
ALTER TABLE delivery DROP CONSTRAINT delivery_road_check;
ALTER TABLE delivery ADD CONSTRAINT delivery_road_check CHECK (road IN ('mail', 'chat', 'webhook', 'channel', 'alert'));
